// Charts that can be switched: another indicator, breakdown, electricity basis, scenario or allocation, absolute or
// relative. What the report itself shows stands there until something else is chosen, and comes back with it.
(() => {
  const views = JSON.parse(document.getElementById("live").textContent).views;
  if (!views || !views.dimensions) return;
  const { number, ABSENT } = charts;
  const [ABSOLUTE, RELATIVE] = ["absolute", "relative"];
  const [SHOWN_PARTS, SHOWN_STEPS, SMALL_STEP, NOISE] = [10, 9, 0.01, 1e-9];
  const BY = { stage: "stage", input: "input", scope: "scope of the GHG Protocol" };
  const NOT_ASSESSED = "not assessed";

  const make = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made) made[key] = value; else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  // --- numbers

  const dimension = (name) => views.dimensions.find((one) => one.name === name);
  const partsOf = (name, indicator, basis, scenario) => {
    const found = new Map();
    const parts = dimension(name).parts[indicator];
    for (const own of basis ? [parts[0][scenario], parts[basis][scenario]] : [parts[0][scenario]]) {
      for (let n = 0; n < own.length; n += 2) if (own[n + 1]) found.set(own[n], own[n + 1]); else found.delete(own[n]);
    }
    return found;
  };
  const coverage = (indicator, basis, scenario) => views.covered[views.coverage[indicator][basis][scenario]];
  const shares = (value, whole) => value === null || !(whole > 0) ? null : 100 * value / whole;

  // --- controls

  const select = (title, options, changed) => {
    const made = make("select", {}, ...options.map(([value, text]) => make("option", { value }, text)));
    made.addEventListener("change", changed);
    return { made, box: make("label", {}, title, made), get value() { return made.value; } };
  };
  const indicatorsOf = views.indicators.map(([title], n) => [n, title]);
  const basesOf = views.bases.map((name, n) => [n, name]);
  const shownAs = [[ABSOLUTE, "absolute"], [RELATIVE, "relative"]];

  // Controls above what they switch: `draw` gives what is shown in its place, or nothing where the report's own is due.
  const switchable = (title, before, originals, fields, draw) => {
    const drawn = make("div", { className: "drawn" });
    const status = make("span", { className: "unseen", role: "status" });
    const selects = {};
    const refresh = (say = true) => {
      const made = draw(Object.fromEntries(Object.entries(selects).map(([key, one]) => [key, one.value])));
      drawn.replaceChildren(...(made || []));
      drawn.querySelectorAll(".scroll > table").forEach(tables.equip);
      for (const own of originals) own.hidden = made !== null;
      back.hidden = Object.values(selects).every((one) => one.made.selectedIndex === 0);
      if (say) tables.say(status, made ? shown(drawn) : "As in the report.");
    };
    const shown = (place) => [...place.querySelectorAll("figcaption > p, :scope > .scroll caption")].map((one) => one.textContent).join(" ");
    for (const [key, [name, options]] of Object.entries(fields)) selects[key] = select(name, options, () => refresh());
    const back = tables.button(originals.length ? "As in the report" : "As at first", () => {
      for (const one of Object.values(selects)) one.made.selectedIndex = 0;
      refresh();
    });
    const bar = make("div", { className: "tools switch", role: "group" },
      ...Object.values(selects).map((one) => one.box), back, status);
    bar.setAttribute("aria-label", title);
    before.before(bar, drawn);
    refresh(false);
  };

  // --- what is shown

  let count = 0;
  const dataTable = (caption, columns, groups) => {
    const id = `switched-${++count}`;
    const head = columns.map(([title, unit, numeric]) => make("th", { scope: "col", className: numeric ? "num" : "text" },
      title, ...(unit ? [" ", make("span", { className: "unit" }, unit)] : [])));
    const bodies = groups.map(([title, rows]) => make("tbody", {},
      ...(title ? [make("tr", { className: "heading" }, make("th", { scope: "rowgroup", colSpan: columns.length }, make("span", {}, title)))] : []),
      ...rows.map((cells) => make("tr", {}, ...cells.map((cell, n) => n === 0
        ? make("th", { scope: "row", className: "text" }, cell)
        : make("td", { className: columns[n][2] && typeof cell !== "string" ? "num" : columns[n][2] ? "num said" : "text" },
          typeof cell === "string" ? cell : number(cell)))))));
    const table = make("table", { className: "named" }, make("caption", { id }, make("span", {}, caption)),
      make("thead", {}, make("tr", {}, ...head)), ...bodies);
    const scroll = make("div", { className: "scroll", role: "region", tabIndex: 0 }, table);
    scroll.setAttribute("aria-labelledby", id);
    return scroll;
  };
  const figure = (drawing, caption, table) => {
    const id = `switched-${++count}`;
    const scroll = make("div", { className: "scroll chart", role: "region", tabIndex: 0 }, drawing);
    scroll.setAttribute("aria-labelledby", id);
    return make("figure", {}, scroll, make("figcaption", {}, make("p", { id }, caption),
      make("details", {}, make("summary", {}, "Data of this chart"), table)));
  };
  const partial = (pairs) => {
    const said = [...new Set(pairs.filter(([, text]) => text !== "full").map(([, text]) => text))];
    if (said.length > 2) return " The coverage of this indicator differs between the scenarios; the data of the chart say it for each.";
    return said.length ? ` Coverage of this indicator: ${said.join("; ")}.` : "";
  };

  // --- results by their parts

  const groupsOf = (choice, name) => {
    const held = new Set(views.groups.shown.flatMap(([, cases]) => cases.map(([place]) => place)));
    const groups = choice === "shown" ? views.groups.shown : choice === "all" ? views.groups.all : [views.groups.all[Number(choice)]];
    if (dimension(name).every) return groups;
    return groups.map(([title, cases]) => [title, cases.filter(([place]) => held.has(place))]).filter(([, cases]) => cases.length);
  };

  const byParts = (chosen) => {
    const [i, b, relative, name] = [Number(chosen.indicator), Number(chosen.basis || 0), chosen.as === RELATIVE, chosen.by];
    if (!i && !b && !relative && name === views.dimensions[0].name && chosen.scenarios === "shown") return null;
    const [title, unit] = views.indicators[i];
    const groups = groupsOf(chosen.scenarios, name);
    const all = groups.flatMap(([, cases]) => cases.map(([place]) => place));
    const found = new Map(all.map((place) => [place, partsOf(name, i, b, place)]));
    const sizes = new Map();
    for (const own of found.values()) for (const [item, value] of own) sizes.set(item, Math.max(sizes.get(item) || 0, Math.abs(value)));
    const ranked = [...sizes.keys()].sort((x, y) => sizes.get(y) - sizes.get(x) || x - y);
    const named = ranked.slice(0, ranked.length <= SHOWN_PARTS ? SHOWN_PARTS : SHOWN_PARTS - 2);
    const rest = ranked.slice(named.length);
    const items = dimension(name).items;
    const series = [...named.map((item) => items[item]),
      ...(rest.length ? [`${rest.length} others, additions`, `${rest.length} others, reductions`] : [])];
    const total = (place) => views.totals[i][b][place];
    const scaled = (value, cases) => relative ? shares(value, total(cases[0][0])) : value;
    const shownUnit = relative ? "%" : unit;
    const drawing = charts.bars({
      unit: relative ? "% of the first of each group" : unit, series,
      description: `Stacked bars: ${title} by ${BY[name]}, ${views.bases[b]}; the same numbers are in the table below.`,
      groups: groups.map(([heading, cases]) => ({ title: heading, bars: cases.map(([place, label]) => {
        const own = found.get(place);
        const known = total(place) !== null && scaled(0, cases) !== null;
        const small = rest.map((item) => own.get(item) || 0);
        const values = [...named.map((item) => own.get(item) || 0),
          ...(rest.length ? [small.reduce((a, v) => a + Math.max(v, 0), 0), small.reduce((a, v) => a + Math.min(v, 0), 0)] : [])];
        return { label, values: values.map((value) => known ? scaled(value, cases) : 0), net: known ? scaled(total(place), cases) : null,
          text: total(place) === null ? NOT_ASSESSED : number(scaled(total(place), cases)) };
      }) })),
    });
    const covers = all.map((place) => [place, coverage(i, b, place)]);
    const caption = `${title} by ${BY[name]}, ${views.bases[b]}, ` +
      (relative ? "relative to the first scenario of each group, whose result is 100\u202f%." : "per declared unit.") +
      " The diamond marks the net result; parts left of zero are reductions." + partial(covers) +
      (chosen.scenarios === "all" && views.left_out ? ` ${views.left_out} more scenarios stand in the tables of the report only.` : "") +
      (dimension(name).every || chosen.scenarios === "shown" ? "" : " This breakdown is here for the scenarios that the report’s own charts show.");
    const columns = [["Scenario", "", false], ...ranked.map((item) => [items[item], shownUnit, true]), ["Total", shownUnit, true], ["Coverage", "", false]];
    const rows = groups.map(([heading, cases]) => [heading, cases.map(([place, label]) => total(place) === null
      ? [label, ...ranked.map(() => ABSENT), NOT_ASSESSED, coverage(i, b, place)]
      : [label, ...ranked.map((item) => scaled(found.get(place).get(item) || 0, cases)), scaled(total(place), cases), coverage(i, b, place)])]);
    return [figure(drawing, caption, dataTable(`${title} by ${BY[name]}, ${views.bases[b]}`, columns, rows))];
  };

  // --- what leads from one scenario to the other

  const steps = (pair, i, b, name, relative) => {
    const [old, other] = pair.ends;
    const [start, end] = [views.totals[i][b][old], views.totals[i][b][other]];
    const [title, unit] = views.indicators[i];
    const place = pair.title || `${pair.old} and ${pair.new}`;
    if (start === null || end === null || (relative && !(start > 0))) {
      const why = start === null || end === null ? `${title} is ${NOT_ASSESSED} in both scenarios` : "the baseline is no positive number";
      return make("p", {}, `${place}: no chart, because ${why}.`);
    }
    const scaled = (value) => relative ? shares(value, start) : value;
    const [before, after] = [partsOf(name, i, b, old), partsOf(name, i, b, other)];
    const items = dimension(name).items;
    const changes = [...new Set([...before.keys(), ...after.keys()])]
      .map((item) => [items[item], (after.get(item) || 0) - (before.get(item) || 0)])
      .filter(([, change]) => Math.abs(change) > NOISE * Math.max(Math.abs(start), Math.abs(end)))
      .sort((x, y) => Math.abs(y[1]) - Math.abs(x[1]));
    const largest = changes.length ? Math.abs(changes[0][1]) : 0;
    const many = Math.min(SHOWN_STEPS, changes.filter(([, change]) => Math.abs(change) >= SMALL_STEP * largest).length);
    const shown = changes.slice(0, many);
    for (const [word, rest] of [["additions", changes.slice(many).filter(([, c]) => c > 0)], ["reductions", changes.slice(many).filter(([, c]) => c < 0)]]) {
      if (rest.length) shown.push([`${rest.length} smaller ${word}`, rest.reduce((a, [, c]) => a + c, 0)]);
    }
    shown.sort((x, y) => x[1] - y[1]);
    const ends = [[pair.old, scaled(start)], [pair.new, scaled(end)]];
    const changed = shown.map(([label, change]) => [label, scaled(change)]);
    const shownUnit = relative ? "%" : unit;
    const drawing = charts.waterfall({
      unit: `${relative ? `% of ${pair.old}` : unit} (axis does not start at zero)`, start: ends[0], steps: changed, end: ends[1],
      description: `Waterfall of ${title} from ${pair.old}, ${number(ends[0][1])}, to ${pair.new}, ${number(ends[1][1])} ${shownUnit}; the steps are in the table below.`,
    });
    const covers = pair.ends.map((scenario) => [scenario, coverage(i, b, scenario)]);
    const caption = `${place}: ${title}, ${views.bases[b]}, from ${pair.old} to ${pair.new} by ${BY[name]}` +
      (relative ? `, relative to ${pair.old}.` : ".") + partial(covers);
    const table = dataTable(`${title}, change by ${BY[name]}: ${place}`, [["Part", "", false], ["Change", shownUnit, true]], [["", [ends[0], ...changed, ends[1]]]]);
    return figure(drawing, caption, table);
  };

  const byPairs = (chosen) => {
    const [i, b, relative, name] = [Number(chosen.indicator), Number(chosen.basis || 0), chosen.as === RELATIVE, chosen.by];
    if (!i && !b && !relative && name === inputs[0][0] && chosen.pair === "shown") return null;
    const pairs = chosen.pair === "shown" ? views.pairs : [views.pairs[Number(chosen.pair)]];
    return pairs.map((pair) => steps(pair, i, b, name, relative));
  };

  // --- what single products bear

  const byProducts = (chosen) => {
    const own = views.products;
    const i = Number(chosen.indicator);
    const relative = chosen.as === RELATIVE;
    const [title, unit] = views.indicators[i];
    const baskets = own.baskets[i][chosen.scenario];
    const label = views.scenarios[Number(chosen.scenario)];
    if (!baskets) return [make("p", {}, `${title}: ${NOT_ASSESSED} for single products of ${label}.`)];
    const values = baskets.map((basket, n) => Array.isArray(basket) ? basket
      : own.products.map((_, place) => {
        const share = basket === null ? null : own.shares[chosen.scenario][n][place];
        return share === null ? null : share * basket;
      }));
    const picked = chosen.allocation === "all" ? own.allocations.map((_, n) => n) : [Number(chosen.allocation)];
    const used = picked.filter((n) => values[n].some((value) => value !== null));
    if (!used.length) return [make("p", {}, `${own.allocations[picked[0]]}: not meant for ${label}.`)];
    const scaled = (n, place) => relative ? shares(values[n][place], values[n][0]) : values[n][place];
    const products = own.products.map((_, place) => place).filter((place) => used.some((n) => values[n][place] !== null));
    const bar = (name, n, place, fill) => ({ label: name, values: [scaled(n, place) || 0], fill, text: number(scaled(n, place)) });
    const groups = used.length === 1
      ? [{ title: "", bars: products.map((place) => bar(own.products[place], used[0], place, place ? 0 : 7)) }]
      : products.map((place) => ({ title: own.products[place],
        bars: used.filter((n) => values[n][place] !== null).map((n) => bar(own.allocations[n], n, place, n)) }));
    const shownUnit = relative ? `% of ${own.products[0].toLowerCase()}` : `${unit}/kg`;
    const drawing = charts.bars({ unit: shownUnit, series: [""], groups,
      description: `Bars: ${title} of single products of ${label}, by ${used.map((n) => own.allocations[n]).join(", ")}; the same numbers are in the table below.` });
    const caption = `${label}: ${title}, ${views.bases[0]}, per kg of each product` +
      (relative ? `, relative to the ${own.products[0].toLowerCase()} by the same allocation.` : ".") +
      ` Allocation: ${used.map((n) => own.allocations[n]).join(", ")}.` + partial([["", coverage(i, 0, Number(chosen.scenario))]]);
    const columns = [["Product", "", false], ...used.map((n) => [own.allocations[n], shownUnit, true])];
    const rows = products.map((place) => [own.products[place], ...used.map((n) => scaled(n, place))]);
    return [figure(drawing, caption, dataTable(`${title} of single products, per kg: ${label}`, columns, [["", rows]]))];
  };

  // --- results of every scenario

  const byScenario = (chosen) => {
    if (chosen.indicator === "none") return null;
    const i = Number(chosen.indicator);
    const relative = chosen.as === RELATIVE;
    const [title, unit] = views.indicators[i];
    const shownUnit = relative ? "%" : unit;
    const value = (b, place, first) => {
      const own = views.totals[i][b][place];
      return own === null ? NOT_ASSESSED : relative ? shares(own, views.totals[i][b][first]) : own;
    };
    const rows = views.groups.all.map(([heading, cases]) => [heading, cases.map(([place, label]) =>
      [label, ...views.bases.map((_, b) => value(b, place, cases[0][0])), coverage(i, 0, place)])]);
    const note = (relative ? "Relative to the first scenario of each group, whose result is 100\u202f%. " : "") +
      `Coverage says how much of the result rests on data that speak of the indicator; it is that of the ${views.bases[0]} result.` +
      (views.left_out ? ` ${views.left_out} more scenarios stand in the tables of the report only.` : "");
    const columns = [["Scenario", "", false], ...views.bases.map((name) => [name, shownUnit, true]), ["Coverage", "", false]];
    return [dataTable(`${title}, all scenarios${relative ? ", relative" : ""}`, columns, rows), make("p", { className: "note" }, note)];
  };

  // --- where

  const results = document.getElementById("results");
  if (results) {
    const end = results.appendChild(make("span", { hidden: true }));
    switchable("Results of every scenario by any indicator", end, [], {
      indicator: ["Every scenario by", [["none", "choose an indicator"], ...indicatorsOf]], as: ["Show", shownAs],
    }, byScenario);
  }

  const stages = document.getElementById("stages");
  const first = stages && stages.querySelector("figure");
  const basis = basesOf.length > 1 ? { basis: ["Electricity", basesOf] } : {};
  if (first) {
    const several = views.groups.all.length > 1;
    const many = views.groups.all.flatMap(([, cases]) => cases).length > views.groups.shown.flatMap(([, cases]) => cases).length;
    const scenarios = [["shown", "those of the report’s chart"], ...(several ? views.groups.all.map(([title], n) => [n, title]) : []), ...(many ? [["all", "all"]] : [])];
    switchable("Switch this chart", first, [first], {
      indicator: ["Indicator", indicatorsOf], by: ["By", views.dimensions.map(({ name }) => [name, BY[name]])], ...basis,
      scenarios: ["Scenarios", scenarios], as: ["Show", shownAs],
    }, byParts);
  }

  const differences = document.getElementById("differences");
  const inputs = ["input", "stage", "scope"].filter(dimension).map((name) => [name, BY[name]]);
  const charted = differences ? [...differences.querySelectorAll(":scope > figure, :scope > .pairs")] : [];
  if (charted.length && views.pairs.length) {
    switchable("Switch these charts", charted[0], charted, {
      pair: ["Comparison", [["shown", views.pairs.length > 1 ? "those of the report’s charts" : "of the report"],
        ...(views.pairs.length > 1 ? views.pairs.map((pair, n) => [n, pair.title || `${pair.old} and ${pair.new}`]) : [])]],
      indicator: ["Indicator", indicatorsOf], by: ["By", inputs], ...basis, as: ["Show", shownAs],
    }, byPairs);
  }

  const products = document.getElementById("products");
  const table = products && products.querySelector(":scope > .tools");
  if (table && views.products.products) {
    const scenarios = Object.keys(Object.assign({}, ...views.products.baskets)).map((place) => [place, views.scenarios[Number(place)]]);
    switchable("Switch this chart", table, [], {
      scenario: ["Scenario", scenarios], indicator: ["Indicator", indicatorsOf],
      allocation: ["Allocation", [...views.products.allocations.map((name, n) => [n, name]), ["all", "all, side by side"]]], as: ["Show", shownAs],
    }, byProducts);
  }
})();
