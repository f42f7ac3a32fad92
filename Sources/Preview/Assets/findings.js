/* The findings of a letter's page: what checks.js sees joins what the rules without a browser found. */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});

  function grouped(found) {
    const groups = new Map();
    for (const one of found) {
      const key = JSON.stringify([one.rule, one.message]);
      if (!groups.has(key)) groups.set(key, { ...one, at: [] });
      groups.get(key).at.push(one);
    }
    return [...groups.values()].sort((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function pointer(one) {
    const button = element("button", "chip", [one.width && `${one.width} px`, one.scheme].filter(Boolean).join(" ") || "show");
    button.type = "button";
    Object.assign(button.dataset, { path: one.path, at: one.zoom || "100" });
    // 640 px is no width of the buttons: the nearest is shown.
    if (one.width) button.dataset.to = String(holdfast.widths.includes(one.width) ? one.width : 600);
    if (one.scheme) button.dataset.tone = one.scheme;
    return button;
  }

  function rowOf(group) {
    const row = element("li", "finding rendered");
    Object.assign(row.dataset, { rule: group.rule, severity: group.severity });
    const body = element("div");
    const fine = element("p", "fine");
    fine.append(element("code", "", group.rule), " ");
    if (group.path || group.at.length > 1) fine.append(...group.at.map(pointer));
    body.append(element("p", "", group.message), fine);
    row.append(element("span", `badge ${group.severity}`, group.severity), body);
    return row;
  }

  function tell(list) {
    const rows = [...list.children];
    const errors = rows.filter((row) => row.dataset.severity === "error").length;
    const warnings = rows.length - errors;
    const count = document.getElementById("finding-count");
    count.textContent = String(rows.length);
    count.dataset.severity = errors ? "error" : warnings ? "warning" : "ok";
    const tally = document.getElementById("tally");
    const words = [errors && `${errors} ${errors === 1 ? "error" : "errors"}`, warnings && `${warnings} ${warnings === 1 ? "warning" : "warnings"}`];
    tally.textContent = words.filter(Boolean).join(", ") || "Nothing found";
    tally.dataset.severity = count.dataset.severity;
  }

  let turn = 0;

  /* Checks the letter and adds what is found to the list of findings. */
  holdfast.showChecks = async function () {
    const list = document.getElementById("findings");
    if (!list) return;
    const mine = (turn += 1);
    const found = await holdfast.check();
    if (mine !== turn) return;
    for (const row of list.querySelectorAll(".rendered")) row.remove();
    const known = new Set([...list.children].map((row) => row.dataset.rule + row.querySelector("p").textContent));
    list.append(...grouped(found).filter((one) => !known.has(one.rule + one.message)).map(rowOf));
    tell(list);
    const widths = holdfast.widths.join(", ");
    document.getElementById("checked").textContent = document.getElementById("letter")
      ? `Looked at in ${widths} px, light, dark and inverted, and with text at 200 %.` : "There is no HTML part to look at.";
    document.documentElement.dataset.checked = "true";
  };
})();
