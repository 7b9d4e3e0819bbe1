# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The part of the script that reads the data and draws one finding."""

from __future__ import annotations

DETAIL = r"""
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(holder.textContent);
  const ui = data.ui;
  const labels = Object.fromEntries(["statuses", "severities", "changes", "controls"]
    .map((name) => [name, new Map(Object.entries(data[name]))]));
  const text = (place) => data.texts[place];
  const rows = data.rows.map((cells, index) => {
    const row = {index};
    data.columns.forEach((name, i) => {
      row[name] = typeof cells[i] === "number" ? text(cells[i]) : cells[i];
    });
    return row;
  });

  /* An element with text and elements in it; null is left out. */
  const el = (tag, attributes, ...content) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...content.filter((one) => one !== null && one !== ""));
    return made;
  };
  const icon = (tone) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    use.setAttribute("href", "#i-" + tone.slice(2));
    svg.append(use);
    return svg;
  };
  const badge = (status) => {
    const [word, tone] = labels.statuses.get(status);
    return el("span", {class: "badge " + tone}, icon(tone), word);
  };
  const statusOf = (row) => {
    const severity = ["fail", "manual"].includes(row.status) && labels.severities.get(row.severity);
    return [
      badge(row.status),
      severity ? el("small", {class: "severity"}, severity) : null,
      row.change && row.change !== "unchanged"
        ? el("small", {class: "change"}, labels.changes.get(row.change)) : null,
    ];
  };
  const control = (row) => {
    const [short, title, clause, why] = labels.controls.get(row.control);
    return {short, title, clause, why};
  };
  const bdi = (value) => el("bdi", {}, value);

  /* A long address is broken before its @, if at all. */
  const subject = (row) => {
    const at = row.subject.lastIndexOf("@");
    if (at < 1) return [row.subject];
    return [row.subject.slice(0, at), el("wbr", {}), row.subject.slice(at)];
  };
  const whereabouts = (row) => [row.unit === row.subject ? "" : row.unit, row.place]
    .filter(Boolean).join(", ");

  const evidence = (row) => row.evidence.map((item) => {
    const [what, value, at, source] = item.map(text);
    return el("li", {},
      el("span", {class: "seen"}, what),
      value ? bdi(value) : null,
      at ? el("time", {}, at) : null,
      source ? el("bdi", {class: "source"}, source) : null);
  });
  const line = (tag, sign, word, place) => el(tag, {},
    el("span", {class: "sign", "aria-hidden": "true"}, sign),
    el("span", {class: "unseen"}, word + ": "), bdi(text(place)));
  const planned = (row) => row.planned.map(([field, place, kept, before, after]) => el("div", {},
    el("span", {}, text(field)),
    el("div", {class: "diff"},
      ...kept.map((one) => el("span", {class: "kept"}, bdi(text(one)))),
      ...before.map((one) => line("del", "\u2212", ui.before, one)),
      ...after.map((one) => line("ins", "+", ui.after, one))),
    text(place) ? el("small", {}, ui.place + ": ", bdi(text(place))) : null));

  /* What there is to say of a finding besides its row. */
  const detail = (row, inPane) => {
    const known = control(row);
    const part = (name, ...content) => [el("h5", {}, name), ...content];
    const fact = (name, ...content) => el("div", {}, el("dt", {}, name), el("dd", {}, ...content));
    const undone = row.status === "fail" ? el("p", {class: "note"}, ui.no_change) : null;
    return [
      ...(inPane ? [
        el("div", {class: "pane-status"}, ...statusOf(row)),
        whereabouts(row) ? el("p", {class: "note"}, whereabouts(row)) : null,
        ...part(ui.what, el("p", {}, bdi(row.what)),
          row.exempted ? el("p", {class: "note"}, row.exempted) : null),
        ...(row.remedy ? part(ui.remedy, el("p", {}, row.remedy)) : []),
      ] : []),
      ...part(ui.evidence, row.evidence.length
        ? el("ul", {class: "evidence"}, ...evidence(row))
        : el("p", {class: "note"}, ui.no_evidence)),
      ...(row.planned.length ? part(ui.planned, ...planned(row))
        : undone ? part(ui.planned, undone) : []),
      el("dl", {class: "facts"},
        inPane && known.clause ? fact(ui.clause, known.clause) : null,
        inPane && known.why ? fact(ui.why, known.why) : null,
        row.due ? fact(ui.due, row.due) : null,
        row.action ? fact(ui.action, el("code", {}, row.action)) : null,
        inPane && row.references ? fact(ui.references, row.references) : null,
        fact(ui.link, el("a", {href: "#" + row.id}, row.id))),
    ].filter((one) => one !== null);
  };
"""
