"use strict";
// Tables that can be sorted, filtered and taken along as CSV. Everything is on the page without it.
const tables = (() => {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const number = (text) => {
    let plain = text.replace(/[\s\u202f\u00a0]/g, "").replace(/−/g, "-");
    plain = plain.replace(/×10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, sign, power) =>
      "e" + (sign ? "-" : "") + [...power].map((c) => digits.indexOf(c)).join(""));
    return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const shown = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
  const cellsOf = (row) => [...row.cells];
  const isData = (row) => !row.classList.contains("heading");

  const csv = (table) => {
    const quote = (text, isNumber) => {
      if (text === "–") return "";
      const found = isNumber ? number(text) : null;
      if (found !== null) return String(found);
      const safe = /^[=+@\t-]/.test(text) && text !== "−" ? "'" + text : text;
      return '"' + safe.replace(/"/g, '""') + '"';
    };
    const [upper, lower] = [table.tHead.rows[0], table.tHead.rows[1]];
    const titles = [];
    let under = lower ? cellsOf(lower) : [];
    for (const head of cellsOf(upper)) {
      const title = (cell) => shown(cell.querySelector("button") || cell);
      if (lower && head.scope === "colgroup") {
        for (const own of under.splice(0, head.colSpan)) titles.push(title(head) + ": " + title(own));
      } else titles.push(title(head));
    }
    const grouped = table.querySelector("tr.heading") !== null;
    const lines = [[...(grouped ? ["Group"] : []), ...titles].map((text) => quote(text)).join(",")];
    for (const body of table.tBodies) {
      const heading = body.querySelector("tr.heading");
      for (const row of body.rows) {
        if (!isData(row) || row.hidden) continue;
        const cells = cellsOf(row).map((cell) => quote(shown(cell), cell.classList.contains("num")));
        lines.push([...(grouped ? [quote(heading ? shown(heading) : "")] : []), ...cells].join(","));
      }
    }
    return lines.join("\r\n") + "\r\n";
  };

  const say = (place, text) => { place.textContent = text; };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  const save = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const sort = (table, head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter(isData).map((row, place) => {
        const text = shown(row.cells[column]);
        return { row, place, text, value: number(text) };
      });
      rows.sort((a, b) => {
        const known = (a.value === null) - (b.value === null);
        if (known) return known;
        const order = a.value === null ? a.text.localeCompare(b.text) : a.value - b.value;
        return (down ? -order : order) || a.place - b.place;
      });
      body.append(...rows.map((entry) => entry.row));
    }
  };

  const button = (text, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  };

  // The tools of a table, above it.
  const equip = (table) => {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter(isData);
    const title = shown(table.caption);
    const tools = document.createElement("div");
    tools.className = "tools";
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    if (rows.length > 8) {
      const field = document.createElement("input");
      field.type = "search";
      field.placeholder = "Filter rows";
      field.setAttribute("aria-label", "Filter rows: " + title);
      field.addEventListener("input", () => {
        const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
        let left = 0;
        for (const body of table.tBodies) {
          const heading = body.querySelector("tr.heading");
          const above = heading ? shown(heading).toLowerCase() : "";
          let own = 0;
          for (const row of [...body.rows].filter(isData)) {
            const text = above + " " + shown(row).toLowerCase();
            row.hidden = !words.every((word) => text.includes(word));
            own += !row.hidden;
          }
          if (heading) heading.hidden = own === 0;
          left += own;
        }
        say(told, words.length ? `${left} of ${rows.length} rows` : "");
      });
      tools.append(field);
    }
    const name = title.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) + ".csv";
    tools.append(
      button("Copy as CSV", async () => { await copy(csv(table)); say(told, "copied"); }),
      button("Download CSV", () => { save(csv(table), name); say(told, "saved"); }),
      told);
    tools.querySelectorAll("button").forEach((own) => own.setAttribute("aria-label", own.textContent + ": " + title));
    table.parentElement.before(tools);

    if (rows.length < 3) return;
    const upper = cellsOf(table.tHead.rows[0]);
    const lower = table.tHead.rows[1] ? cellsOf(table.tHead.rows[1]) : [];
    const leaves = upper.flatMap((head) => head.scope === "colgroup" ? lower.splice(0, head.colSpan) : [head]);
    leaves.forEach((head, column) => {
      const made = button("", () => sort(table, head, column));
      made.className = "sort";
      made.append(...head.childNodes);
      head.append(made);
    });
  };

  document.querySelectorAll(".scroll > table").forEach(equip);
  return { equip, button, copy, say };
})();
