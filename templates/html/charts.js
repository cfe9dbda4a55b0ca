// Numbers as the report prints them, and its charts, drawn in its own style from what the reader has chosen.
const charts = (() => {
  const holder = document.createElement("div");
  holder.innerHTML = "<svg></svg>"; // knows its namespace, so that no address stands on the page
  const SVG = holder.firstChild.namespaceURI;
  const [WIDE, ROW, SIZE, CHARACTER] = [720, 20, 9, 0.54];
  const [MINUS, THIN, ABSENT] = ["−", "\u202f", "–"];
  const FILLS = 10;

  // --- numbers

  const raised = (power) => [...String(power)].map((c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
  const dressed = (text) => text.replace("-", MINUS);

  // To three significant digits: 1.23, 12 300, −0.0450, 1.20 × 10⁻⁷.
  const number = (value, digits = 3) => {
    if (value === null || value === undefined || Number.isNaN(value)) return ABSENT;
    if (!Number.isFinite(value)) return value > 0 ? "∞" : MINUS + "∞";
    if (Math.abs(value) < 1e-15) return "0";
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const power = Number(exponent);
    if (power < -4 || power > 6) return `${dressed(mantissa)} × 10${raised(power)}`;
    const fixed = Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - 1 - power));
    const [whole, part] = fixed.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
    return dressed(part ? `${grouped}.${part}` : grouped);
  };
  const signed = (value) => value > 0 ? "+" + number(value) : number(value);

  // --- drawing

  const node = (name, attributes, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const widest = (texts) => Math.max(0, ...texts.map((text) => text.length)) * SIZE * CHARACTER;
  const text = (x, y, words, side = "start", soft = false, bold = false) => node("text", {
    x, y: y + SIZE / 3, "text-anchor": side, "font-size": SIZE, fill: soft ? "var(--soft)" : "var(--ink)",
    ...(bold ? { "font-weight": 700 } : {}),
  }, words);
  const line = (x1, y1, x2, y2, color, width, dash = 0) => node("line", {
    x1, y1, x2, y2, stroke: `var(--${color})`, "stroke-width": width, ...(dash ? { "stroke-dasharray": dash } : {}),
  });

  // Hatches, so that colour is never the only code; each with its own pattern, in the colour of the paper.
  const HATCHES = [
    "", "M-1 7L7 -1M-1 1L1 -1M5 7L7 5", "dots", "M-1 -1L7 7M5 -1L7 1M-1 5L1 7", "M0 0L6 6M6 0L0 6", "M0 3H6", "M3 0V6",
    "rings", "M0 3H6M3 0V6", "M0 3H6M3 0V6M1 1L5 5M5 1L1 5",
  ];
  const patterns = () => {
    const made = HATCHES.map((path, n) => {
      const pen = { fill: "none", stroke: "var(--paper)", "stroke-width": 0.7 };
      const mark = path === "dots" ? node("circle", { cx: 3, cy: 3, r: 0.9, fill: "var(--paper)" })
        : path === "rings" ? node("circle", { cx: 3, cy: 3, r: 1.8, ...pen }) : node("path", { d: path, ...pen });
      return node("pattern", { id: `hatch-${n}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, mark);
    });
    const own = node("svg", { width: 0, height: 0, "aria-hidden": "true", class: "patterns" }, node("defs", {}, ...made));
    document.body.append(own);
  };
  const box = (left, right, y, height, fill) => {
    const [x, width] = [Math.min(left, right), Math.abs(right - left)];
    const place = { x, y: y - height / 2, width, height, stroke: "var(--paper)", "stroke-width": 0.6 };
    if (!document.getElementById("hatch-0")) patterns();
    const drawn = [node("rect", { ...place, fill: `var(--series-${fill % FILLS})` })];
    if (HATCHES[fill % FILLS]) drawn.push(node("rect", { ...place, fill: `url(#hatch-${fill % FILLS})` }));
    return drawn;
  };
  const diamond = (x, y, size) => node("path", {
    d: `M${x - size} ${y}L${x} ${y - size}L${x + size} ${y}L${x} ${y + size}Z`,
    fill: "var(--ink)", stroke: "var(--paper)", "stroke-width": 1,
  });

  // Text at the left of the plot, on two lines when it is too long for one.
  const label = (left, y, words, bold = false) => {
    const room = Math.max(12, Math.floor((left - 10) / (SIZE * CHARACTER)));
    const lines = [""];
    for (const word of words.split(/[ \u00a0]/)) {
      const last = lines[lines.length - 1];
      if (last && last.length + 1 + word.length > room) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    if (lines.length > 2) lines.splice(1, lines.length - 1, "… " + lines[lines.length - 1]);
    return lines.map((part, n) => text(left - 8, y + 1.1 * SIZE * (n - (lines.length - 1) / 2), part, "end", false, bold));
  };

  const ticks = (low, high, most) => {
    const rough = (high - low) / most;
    const scale = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].find((part) => part * scale >= rough * (1 - 1e-9)) * scale;
    const found = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high * (1 + 1e-12) + step * 1e-9; n++) found.push(n * step);
    return found;
  };
  const plain = (value) => {
    const short = Number(value.toPrecision(10));
    if (short !== 0 && (Math.abs(short) >= 1e7 || Math.abs(short) < 1e-4)) return number(short, 2);
    return dressed(String(short).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, THIN));
  };

  // The value axis with its grid, and where a value stands on it.
  const axis = (frame, low, high, title) => {
    const at = (value) => frame.left + (value - low) * (frame.right - frame.left) / (high - low);
    const drawn = [];
    const most = Math.min(9, Math.max(1, Math.floor((frame.right - frame.left) / (3 * SIZE))));
    for (const tick of ticks(low, high, most)) {
      drawn.push(line(at(tick), frame.top, at(tick), frame.bottom, "rule", 0.6));
      drawn.push(text(at(tick), frame.bottom + 8, plain(tick), "middle", true));
    }
    drawn.push(line(frame.left, frame.bottom, frame.right, frame.bottom, "rule", 0.8));
    drawn.push(text((frame.left + frame.right) / 2, frame.bottom + 21, title, "middle", true));
    return [at, drawn];
  };

  const picture = (width, height, description, drawn) => node("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description, class: "wide",
  }, ...drawn);

  // Bars made of parts: `groups` of `{title, bars}`, a bar `{label, values, net, text}` with a value for each series.
  const bars = ({ unit, series, groups, description, reach, width = WIDE, row = ROW }) => {
    const perRow = Math.max(1, Math.floor(width / (34 + widest(series))));
    const legendRows = series.length > 1 ? Math.ceil(series.length / perRow) : 0;
    const top = 12 + 15 * legendRows;
    const [heads, rows] = [[], []];
    let y = top;
    for (const group of groups) {
      if (group.title) { heads.push([y + row / 2 + 1, group.title]); y += row; }
      group.bars.forEach((bar, n) => rows.push([y + row * (n + 0.5), bar]));
      y += row * group.bars.length + 5;
    }
    const left = Math.min(0.3 * width, 12 + widest(rows.map(([, bar]) => bar.label)));
    const frame = { left, right: width - 8, top, bottom: y };
    const ends = (bar) => [bar.values.reduce((a, v) => a + Math.min(v, 0), 0), bar.values.reduce((a, v) => a + Math.max(v, 0), 0)];
    const low = Math.min(0, ...rows.map(([, bar]) => ends(bar)[0]), ...(reach || []));
    const high = Math.max(0, ...rows.map(([, bar]) => ends(bar)[1]), ...(reach || []));
    const plot = frame.right - left;
    const room = plot / Math.max(1, plot - 12 - widest(rows.map(([, bar]) => bar.text)));
    const span = high - low;
    const [at, drawn] = axis(frame, low - (low < 0 ? 0.015 * span : 0), span ? low + span * room : low + 1, unit);
    let x = 2;
    for (let first = 0; legendRows && first < series.length; first += legendRows) {
      const column = series.slice(first, first + legendRows);
      column.forEach((name, n) => {
        drawn.push(...box(x, x + 14, 6 + 12.5 * n, 8, first + n), text(x + 21.5, 6 + 12.5 * n, name));
      });
      x += 34 + widest(column);
    }
    for (const [height, bar] of rows) {
      drawn.push(...label(left, height, bar.label));
      let [ahead, behind] = [0, 0];
      bar.values.forEach((value, n) => {
        if (!value) return;
        const start = value > 0 ? ahead : behind;
        drawn.push(...box(at(start), at(start + value), height, 0.72 * row, bar.fill === undefined ? n : bar.fill));
        if (value > 0) ahead += value; else behind += value;
      });
    }
    drawn.push(line(at(0), frame.top, at(0), frame.bottom, "soft", 0.9));
    for (const [height, bar] of rows) {
      if (bar.mark !== undefined && bar.mark !== null) {
        drawn.push(line(at(bar.mark), height - 0.46 * row, at(bar.mark), height + 0.46 * row, "ink", 1.4));
      }
      if (bar.net !== null && bar.net !== undefined && series.length > 1) drawn.push(diamond(at(bar.net), height, 4.3));
      const end = Math.max(ends(bar)[1], bar.net || 0, bar.mark || 0);
      drawn.push(text(at(end) + 6, height, bar.text, "start", false, true));
    }
    for (const [height, title] of heads) {
      drawn.push(node("rect", { x: 2, y: height - 6, width: 6 + widest([title]), height: 12, fill: "var(--paper)" }));
      drawn.push(text(4, height, title, "start", true));
    }
    return picture(width, y + 40, description, drawn);
  };

  // From one total to another in steps.
  const waterfall = ({ unit, start, steps, end, description }) => {
    const labels = [start[0], ...steps.map(([name]) => name), end[0]];
    const left = Math.min(0.42 * WIDE, 12 + widest(labels));
    const step = ROW + 3;
    const frame = { left, right: WIDE - 12, top: 8, bottom: 8 + step * labels.length };
    const levels = [start[1]];
    for (const [, change] of steps) levels.push(levels[levels.length - 1] + change);
    const [least, most] = [Math.min(...levels, end[1]), Math.max(...levels, end[1])];
    const span = most - least || Math.abs(most) || 1;
    const before = 14 + widest(steps.filter(([, c]) => c <= 0).map(([, c]) => signed(c)));
    const after = 14 + widest([number(start[1]), number(end[1]), ...steps.filter(([, c]) => c > 0).map(([, c]) => signed(c))]);
    const plot = frame.right - left;
    const perPoint = span / Math.max(0.3 * plot, plot - before - after);
    const [at, drawn] = axis(frame, least - before * perPoint, most + after * perPoint, unit);
    const heights = labels.map((_, n) => 8 + step * (n + 0.5));
    labels.forEach((name, n) => drawn.push(...label(left, heights[n], name, n === 0 || n === labels.length - 1)));
    steps.forEach(([, change], n) => {
      const height = heights[n + 1];
      drawn.push(...box(at(levels[n]), at(levels[n] + change), height, 0.68 * ROW, change > 0 ? 1 : 0));
      const up = change > 0;
      drawn.push(text(at(levels[n] + change) + (up ? 6 : -6), height, signed(change), up ? "start" : "end"));
    });
    levels.forEach((level, n) => {
      drawn.push(line(at(level), heights[n], at(level), heights[n] + step, "soft", 0.7, 1.4));
    });
    for (const [height, value] of [[heights[0], start[1]], [heights[heights.length - 1], end[1]]]) {
      drawn.push(diamond(at(value), height, 6.3), text(at(value) + 6, height, number(value), "start", false, true));
    }
    return picture(WIDE, frame.bottom + 42, description, drawn);
  };

  return { ABSENT, number, signed, bars, waterfall };
})();
