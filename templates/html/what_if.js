// What if: a few parameters to move, and the results that the reduced model of the report gives for them. The model is
// a list of operations on numbers; it is computed here, and checked here against what the program itself found.
(() => {
  const place = document.getElementById("what-if");
  const model = JSON.parse(document.getElementById("live").textContent).what_if;
  if (!place || !model) return;
  const { number, signed, ABSENT } = charts;

  const make = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made && key !== "list") made[key] = value; else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };
  const show = (...parts) => {
    place.append(...parts);
    place.hidden = false;
    const entry = document.querySelector('nav a[href="#what-if"]');
    if (entry) entry.parentElement.hidden = false;
  };
  const without = (reason) => show(make("p", {}, `There is nothing to try on this page: ${reason}.`));
  if (model.reason !== undefined) { without(model.reason); return; }

  // --- the model

  const OPERATIONS = {
    add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
    power: Math.pow, negative: (a) => -a, absolute: Math.abs, exp: Math.exp, log: Math.log, sin: Math.sin,
    cos: Math.cos, sqrt: Math.sqrt, minimum: Math.min, maximum: Math.max,
  };
  const CONDITIONS = {
    less: (a, b) => a < b, less_equal: (a, b) => a <= b, greater: (a, b) => a > b, greater_equal: (a, b) => a >= b,
    equal: (a, b) => a === b, not_equal: (a, b) => a !== b, isfinite: Number.isFinite,
  };
  const LOGIC = { logical_and: (a, b) => a && b, logical_or: (a, b) => a || b, logical_not: (a) => !a };

  const computed = (program, values) => {
    const [numbers, conditions] = [[], []];
    const constant = (ref) => { const held = program.constants[-1 - ref]; return held === null ? NaN : held; };
    const get = (ref) => ref < 0 ? constant(ref) : numbers[ref];
    const holds = (ref) => ref < 0 ? Boolean(constant(ref)) : conditions[ref];
    for (const [name, slot, ...refs] of program.steps) {
      if (name === "input") numbers[slot] = values[refs[0]];
      else if (name === "where") numbers[slot] = holds(refs[0]) ? get(refs[1]) : get(refs[2]);
      else if (name in CONDITIONS) conditions[slot] = CONDITIONS[name](...refs.map(get));
      else if (name in LOGIC) conditions[slot] = LOGIC[name](...refs.map(holds));
      else numbers[slot] = OPERATIONS[name](...refs.map(get));
    }
    return {
      totals: program.totals.map(get), sound: holds(program.sound), sensible: holds(program.sensible),
      required: holds(program.required), full: Object.keys(program.pools).filter((pool) => holds(program.pools[pool])),
    };
  };

  // The totals of a scenario by indicator; null where these values make no sense, or lead to a system not held here.
  const totalsOf = (scenario, values) => {
    let full = [];
    for (;;) {
      const program = model.programs.find((one) => one.scenario === scenario && one.full.join("\n") === full.join("\n"));
      const found = program && computed(program, values);
      if (!found || !found.required || !found.sound) return null;
      if (!found.full.length) return found.sensible ? found.totals : null;
      full = [...full, ...found.full].sort();
    }
  };
  const evaluate = (values) => model.ids.map((_, scenario) => totalsOf(scenario, values));

  const away = () => {
    let worst = 0;
    for (const { values, totals } of model.points) {
      const found = evaluate(values);
      if ((totals === null) !== found.includes(null)) return Infinity;
      if (totals === null) continue;
      totals.forEach((own, scenario) => own.forEach((value, n) => {
        const here = found[scenario][n];
        if (here !== value) worst = Math.max(worst, Math.abs(here - value) / Math.abs(value));
      }));
    }
    return worst;
  };
  const difference = away();
  if (!(difference <= model.bound)) {
    without(`this browser computes the model otherwise than the program did (by ${number(difference, 1)}, more than ${number(model.bound, 1)})`);
    return;
  }

  // --- the dials

  const STEPS = 1000;
  const central = model.parameters.map((one) => one.central);
  let values = [...central];
  const shown = (value, factor) => Number((value / factor).toPrecision(12));
  const plain = (value) => Math.abs(value) >= 1e-4 && Math.abs(value) < 1e7 ? String(Number(value.toPrecision(4))).replace("-", "−") : number(value, 4);
  const spaced = (text, unit) => unit ? `${text}${unit === "%" ? "\u202f" : " "}${unit}` : text;
  const clamped = (one, value) => Math.min(one.high, Math.max(one.low, value));
  const isWide = (one) => one.low > 0 && one.high / one.low >= 100;
  const position = (one, value) => Math.round(STEPS * (isWide(one)
    ? Math.log(value / one.low) / Math.log(one.high / one.low) : (value - one.low) / (one.high - one.low)));
  const valueAt = (one, at) => {
    if (at <= 0) return one.low;
    if (at >= STEPS) return one.high;
    const value = isWide(one) ? one.low * (one.high / one.low) ** (at / STEPS) : one.low + (one.high - one.low) * at / STEPS;
    const fine = 10 ** (Math.floor(Math.log10((isWide(one) ? value : one.high - one.low) / one.factor)) - 2);
    const round = Number((Math.round(value / one.factor / fine) * fine).toPrecision(12));
    return clamped(one, round * one.factor);
  };

  const told = make("p", { className: "unseen", role: "status" });
  let later = 0;
  const tell = (text) => { clearTimeout(later); later = setTimeout(() => tables.say(told, text), 500); };

  const dials = model.parameters.map((one, n) => {
    const ends = [one.low, one.central, one.high].map((value) => plain(shown(value, one.factor)));
    const slider = make("input", { type: "range", id: `dial-${n}`, min: 0, max: STEPS, step: 1 });
    slider.setAttribute("aria-describedby", `dial-${n}-ends`);
    const entry = make("input", { type: "number", step: "any" });
    entry.min = shown(one.low, one.factor);
    entry.max = shown(one.high, one.factor);
    entry.setAttribute("aria-label", `${one.name}${one.unit ? `, ${one.unit}` : ""}`);
    entry.setAttribute("aria-describedby", `dial-${n}-ends`);
    const update = () => {
      const value = shown(values[n], one.factor);
      slider.value = position(one, values[n]);
      slider.setAttribute("aria-valuetext", spaced(plain(value), one.unit));
      slider.style.setProperty("--at", `${100 * position(one, values[n]) / STEPS}%`);
      entry.value = String(Number(value.toPrecision(6)));
    };
    slider.addEventListener("input", () => { values[n] = valueAt(one, Number(slider.value)); refresh(); });
    entry.addEventListener("change", () => {
      const wanted = Number(entry.value);
      if (entry.value.trim() === "" || !Number.isFinite(wanted)) { update(); return; }
      values[n] = clamped(one, wanted * one.factor);
      const outside = wanted < Number(entry.min) || wanted > Number(entry.max);
      note.textContent = outside ? "Only values inside the stated range: set to its end." : "";
      refresh();
    });
    const note = make("span", { className: "outside", role: "status" });
    const box = make("div", { className: "dial" },
      make("label", { htmlFor: `dial-${n}` }, one.name),
      make("span", { className: "where" }, make("code", {}, one.address), one.only ? ` ${one.only} only` : ""),
      make("div", { className: "move" },
        make("span", { className: "track" }, slider),
        make("span", { className: "entry" }, entry, make("span", { className: "of" }, one.unit || "\u00a0"))),
      make("p", { className: "ends", id: `dial-${n}-ends` },
        make("span", {}, `${ends[0]} to ${spaced(ends[2], one.unit)}, central ${ends[1]}`), note));
    box.querySelector(".track").style.setProperty("--centre", position(one, one.central) / STEPS);
    return { box, update, settle: () => { note.textContent = ""; } };
  });

  // --- the answer

  const corners = model.parameters.reduce((all, one) => all.flatMap((part) => [[...part, one.low], [...part, one.high]]), [[]]);
  const extremes = [...corners, central].map(evaluate);
  const base = evaluate(central);
  const pick = make("select", { id: "what-if-indicator" }, ...model.indicators.map((one, n) => make("option", { value: n }, one.title)));
  const figure = make("div", { className: "scroll chart", tabIndex: 0, role: "region" });
  figure.setAttribute("aria-label", "Results at these values");
  const sentence = make("p", { className: "lead" });
  const caption = make("p", { className: "note" });
  const rows = [...model.names, ...(model.names.length === 2 ? ["Saving"] : [])].map((name) => make("tr", {},
    make("th", { scope: "row", className: "text" }, name), ...[0, 1, 2].map(() => make("td", { className: "num" }))));
  const unit = make("span", { className: "unit" });
  const grid = make("table", {}, make("thead", {}, make("tr", {},
    make("th", { scope: "col", className: "text" }, model.names.length === 2 ? "Result" : "Scenario", " ", unit),
    ...["Central case", "At these values", "Change"].map((title) => make("th", { scope: "col", className: "num" }, title)))),
    make("tbody", {}, ...rows));
  const command = make("code");

  const quoted = (text) => /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
  const commandOf = () => {
    const moved = model.parameters.map((one, n) => [one, values[n]]).filter(([one, value]) => value !== one.central);
    if (moved.some(([one]) => one.only)) return "";
    const set = moved.map(([one, value]) => `${one.address}=${String(shown(value, one.factor))}${one.written ? " " + one.written : ""}`);
    const kept = model.settings.filter((text) => !moved.some(([one]) => text.split("=")[0] === one.address));
    const words = ["ree-lca", "results", ...model.ids, "--study", model.study];
    if (model.background) words.push("--background", model.background);
    for (const setting of [...kept, ...set]) words.push("--set", setting);
    return words.map(quoted).join(" ");
  };
  const inside = (name) => /^.\p{Ll}/u.test(name) ? name[0].toLowerCase() + name.slice(1) : name;

  const said = (now, info) => {
    if (now.includes(null)) return "At these values a scenario is impossible, or is another system than this page holds.";
    const [old, other] = model.names;
    if (now.length === 1) return `${old}: ${number(now[0])} ${info.unit}.`;
    const saving = now[0] - now[1];
    const share = now[0] > 0 ? ` (${number(100 * Math.abs(saving) / now[0])}\u202f%)` : "";
    if (Math.abs(saving) < 5e-4 * Math.abs(now[0]) || saving === 0) return `${other} and ${inside(old)} differ by less than 0.05\u202f%.`;
    return `${other} is ${saving > 0 ? "lower" : "higher"} than ${inside(old)} by ${number(Math.abs(saving))} ${info.unit}${share}.`;
  };

  const refresh = () => {
    const chosen = Number(pick.value);
    const info = model.indicators[chosen];
    const of = (found) => found.map((totals) => totals && totals[chosen]);
    const [now, before] = [of(evaluate(values)), of(base)];
    const known = extremes.flatMap(of).filter((value) => value !== null);
    dials.forEach((dial) => dial.update());
    const text = said(now, info);
    const drawn = charts.bars({
      unit: info.unit, series: [""], width: 460, row: 30, description: text, reach: [Math.min(0, ...known), Math.max(0, ...known)],
      groups: [{ title: "", bars: model.names.map((name, n) => ({
        label: name, values: [now[n] || 0], fill: n, mark: before[n], text: number(now[n]),
      })) }],
    });
    figure.replaceChildren(drawn);
    sentence.textContent = text;
    unit.textContent = info.unit;
    const pairs = now.map((value, n) => [before[n], value]);
    if (now.length === 2) {
      const minus = (two) => two.includes(null) ? null : two[0] - two[1];
      pairs.push([minus(before), minus(now)]);
    }
    rows.forEach((row, n) => {
      const [was, is] = pairs[n];
      const change = was === null || is === null ? null : is - was;
      [number(was), number(is), change === null ? ABSENT : signed(Math.abs(change) < 1e-12 * Math.abs(was) ? 0 : change)]
        .forEach((cell, k) => { row.cells[k + 1].textContent = cell; });
    });
    caption.textContent = `The line across a bar is the central case.${info.coverage ? ` ${info.title}: ${info.coverage}.` : ""}`;
    const line = commandOf();
    command.textContent = line;
    same.hidden = !line;
    tell(text);
  };

  const reset = tables.button("Reset to the central case", () => {
    values = [...central];
    dials.forEach((dial) => dial.settle());
    refresh();
  });
  const same = make("div", { className: "same" },
    make("p", {}, "The same with the program itself:"),
    make("pre", { tabIndex: 0 }, command),
    tables.button("Copy the command", async () => { await tables.copy(command.textContent); tables.say(told, "copied"); }));
  pick.addEventListener("change", refresh);

  const count = model.programs.reduce((all, one) => all + one.steps.length, 0);
  const compared = model.names.length === 2;
  show(
    make("p", {}, (compared ? `${model.names[1]} and ${inside(model.names[0])}${model.place ? ` (${model.place})` : ""}: ` : `${model.names[0]}: `) +
      `the ${model.parameters.length === 1 ? "parameter that moves" : `${model.parameters.length} parameters that move`} the ` +
      `${compared ? "saving" : "result"} most, ${model.parameters.length === 1 ? "" : "each "}within the range that is stated for it. ` +
      "All others stay as they are. " +
      `Electricity ${model.basis}.`),
    make("div", { className: "notice", role: "note" }, make("strong", {}, "An illustration."),
      " What is set here is no result of this report and no finding of the study; nothing is said about how likely it is."),
    make("div", { className: "trial" },
      make("div", { className: "dials", role: "group", "aria-label": "Parameters" }, ...dials.map((dial) => dial.box), make("p", {}, reset)),
      make("p", { className: "tools" }, make("label", { htmlFor: "what-if-indicator" }, "Indicator"), pick),
      make("div", { className: "answer" }, sentence, figure),
      make("div", { className: "details" }, caption,
        make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Results at these values, as a table" }, grid))),
    same,
    make("p", { className: "note" },
      `How exact: the page computes the model of the program itself, ${count} operations, without approximation. ` +
      `When the report was made, bw2calc computed ${model.proved} points anew (largest relative difference ${number(model.agreement, 1)}); ` +
      `this browser was checked just now at ${model.points.length} points (${number(difference, 1)}). ` +
      `Above ${number(model.bound, 1)} this panel would be left out.`),
    told,
  );
  refresh();
})();
