# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The part of the script that filters, sorts, turns pages, and opens findings in the pane."""

from __future__ import annotations

LIST = r"""
  const SIZE = 100; /* rows of a page of the list; on paper all of them */
  const form = find("filters"), columns = find("columns"), body = find("rows");
  const pane = find("pane"), title = find("pane-title");
  const notOnPage = find("not-on-page"), filtered = find("filtered");
  const details = find("with-details");
  const keys = ["unit", "control", "severity", "change"];
  const boxes = [...form.querySelectorAll("input[name=status]")];
  const heads = [...columns.querySelectorAll("button.sort")];
  let fitting = rows, page = 0, current = null, backwards = false, onPaper = false;

  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ui.thousands);
  const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* Composed and combining letters alike, with or without marks, capital or not. */
  const plain = (value) => value.normalize("NFD").replace(/\p{Mn}/gu, "")
    .replace(/[\u0111\u0110]/g, "d").toLowerCase();
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) {
      const {short} = control(row);
      texts.set(row, plain([
        row.id, row.subject, row.unit || ui.no_unit, row.place, row.what, row.remedy, row.action,
        row.exempted, row.references, short, labels.statuses.get(row.status)[0],
        labels.severities.get(row.severity) || "", labels.changes.get(row.change) || "",
        ...row.evidence.flat().map(text), ...row.planned.flat(2).map(text),
      ].join("\n")));
    }
    return texts.get(row);
  };

  const value = (key) => form.elements[key] ? form.elements[key].value : "";
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const words = () => plain(value("search")).split(/\s+/).filter(Boolean);
  const own = (row, key) => key === "unit" ? row.unit || "-" : row[key];

  /* The filters that hide a row. */
  const hiding = (row, statuses, search) => [
    ...(statuses.length && !statuses.includes(row.status) ? ["status"] : []),
    ...keys.filter((key) => value(key) && value(key) !== own(row, key)),
    ...(search.every((word) => textOf(row).includes(word)) ? [] : ["search"]),
  ];

  const rank = (map) => {
    const order = new Map([...map.keys()].map((key, index) => [key, index]));
    return (key) => order.has(key) ? order.get(key) : order.size;
  };
  const statusRank = rank(labels.statuses), severityRank = rank(labels.severities);
  const changeRank = rank(labels.changes);
  const names = new Intl.Collator("vi", {numeric: true});
  const compare = (a, b) => names.compare(a.normalize("NFC"), b.normalize("NFC"));
  const orders = {
    control: (a, b) => a.index - b.index, /* as they come: by the letter */
    status: (a, b) => statusRank(a.status) - statusRank(b.status)
      || severityRank(a.severity) - severityRank(b.severity),
    subject: (a, b) => compare(a.subject, b.subject),
    unit: (a, b) => !a.unit - !b.unit || compare(a.unit, b.unit),
    change: (a, b) => changeRank(a.change) - changeRank(b.change),
  };

  const rowOf = (row) => {
    const cell = (head, name, ...content) => el("td",
      {class: name, role: "cell", "data-head": head}, el("div", {}, ...content.filter(Boolean)));
    const {short, clause} = control(row);
    const where = whereabouts(row);
    const made = el("tr", {id: row.id, role: "row", "data-status": row.status},
      cell(heads[0].textContent, "c-status", ...statusOf(row)),
      el("th", {scope: "row", role: "rowheader", class: "c-subject"},
        el("a", {href: "#" + row.id}, bdi("")), where ? el("small", {}, where) : null),
      cell(heads[2].textContent, "c-control", short,
        clause ? el("small", {}, ui.clause + ": " + clause) : null),
      cell(ui.what, "c-what", el("p", {}, bdi(row.what)),
        row.exempted ? el("p", {class: "note"}, row.exempted) : null,
        details.checked ? el("div", {class: "inline"}, ...detail(row, false)) : null),
      cell(ui.remedy, "c-remedy", row.remedy));
    made.querySelector("a bdi").append(...subject(row));
    if (row === current) made.setAttribute("aria-current", "true");
    return made;
  };

  const heading = (row) => {
    const {title: name, clause} = control(row);
    const count = fitting.filter((one) => one.control === row.control).length;
    return el("tr", {class: "group", role: "row"},
      el("th", {colspan: current ? "3" : "5", scope: "rowgroup", role: "rowheader"},
        name + " (" + number(count) + ")",
        clause ? el("small", {}, ui.clause + ": " + clause) : null));
  };

  const render = () => {
    const from = onPaper ? 0 : page * SIZE;
    const part = onPaper ? fitting : fitting.slice(from, from + SIZE);
    const made = document.createDocumentFragment();
    const grouped = value("sort") === "control" && !backwards;
    part.forEach((row, index) => {
      if (grouped && (!index || part[index - 1].control !== row.control)) made.append(heading(row));
      made.append(rowOf(row));
    });
    body.replaceChildren(made);
    find("nothing").hidden = part.length > 0;
    find("pager").hidden = fitting.length <= SIZE;
    find("page-before").disabled = page === 0;
    find("page-after").disabled = from + SIZE >= fitting.length;
    find("rows-of").textContent = filled(ui.rows_of, {
      from: number(from + 1), to: number(from + part.length), total: number(fitting.length),
    });
  };

  const apply = () => {
    const statuses = chosen(), search = words(), order = orders[value("sort")];
    fitting = rows.filter((row) => !hiding(row, statuses, search).length)
      .sort((a, b) => (backwards ? -1 : 1) * order(a, b) || a.index - b.index);
    page = 0;
    for (const head of heads) {
      const state = head.dataset.sort !== value("sort") ? "none"
        : backwards ? "descending" : "ascending";
      head.closest("th").setAttribute("aria-sort", state);
    }
    find("shown").textContent = filled(ui.shown, {
      shown: number(fitting.length), total: number(rows.length),
    });
    describe(fitting.length < rows.length);
    if (current && !fitting.includes(current)) close(false);
    render();
    if (current) place();
  };

  /* What a print of a filtered list says above it. */
  const describe = (some) => {
    const parts = boxes.filter((box) => box.checked)
      .map((box) => box.parentNode.textContent.trim());
    for (const key of keys) {
      if (value(key)) parts.push(form.elements[key].selectedOptions[0].textContent);
    }
    if (value("search")) parts.push("\u201c" + value("search") + "\u201d");
    filtered.textContent = some ? ui.filtered + " " + parts.join("; ") : "";
  };

  const choose = (wanted) => {
    const sort = value("sort");
    form.reset();
    form.elements.sort.value = sort;
    const status = (wanted.status || "").split(" ");
    for (const box of boxes) box.checked = status.includes(box.value);
    for (const key of keys) {
      const field = form.elements[key];
      if (!wanted[key] || !field) continue;
      field.value = wanted[key];
      if (field.selectedIndex < 0) field.value = "";
    }
    apply();
  };

  const lift = (row) => {
    for (const key of hiding(row, chosen(), words())) {
      if (key === "status") for (const box of boxes) box.checked = false;
      else form.elements[key].value = "";
    }
    apply();
  };

  /* Show where the open finding stands, and turn to its page of the list. */
  const place = () => {
    const at = fitting.indexOf(current);
    if (Math.floor(at / SIZE) !== page) {
      page = Math.floor(at / SIZE);
      render();
    }
    for (const row of body.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    const row = find(current.id);
    if (row) row.setAttribute("aria-current", "true");
    find("pane-position").textContent = filled(ui.position, {
      at: number(at + 1), total: number(fitting.length),
    });
    find("pane-before").setAttribute("aria-disabled", at === 0);
    find("pane-after").setAttribute("aria-disabled", at === fitting.length - 1);
    return row;
  };

  const open = (row) => {
    const first = !current;
    current = row;
    columns.classList.add("with-pane");
    pane.hidden = false;
    if (first) render(); /* fewer columns beside the pane */
    title.replaceChildren(bdi(""));
    title.firstChild.append(...subject(row));
    find("pane-body").replaceChildren(...detail(row, true));
    pane.scrollTop = 0;
    const shown = place();
    if (shown && shown.offsetParent) shown.scrollIntoView({block: "nearest"});
    else pane.scrollIntoView({block: "start"});
  };

  const close = (refocus = true) => {
    const left = current;
    current = null;
    pane.hidden = true;
    columns.classList.remove("with-pane");
    render();
    const row = left && find(left.id);
    if (row && refocus) {
      row.querySelector("a").focus();
      row.scrollIntoView({block: "nearest"});
    }
    if (/^#[0-9a-f]{16}$/.test(location.hash)) history.replaceState(null, "", "#findings");
  };

  const step = (by) => {
    const next = fitting[fitting.indexOf(current) + by];
    if (!next) return;
    history.replaceState(null, "", "#" + next.id);
    open(next);
  };

  const toFinding = () => {
    const id = location.hash.slice(1);
    const row = rows.find((one) => one.id === id);
    notOnPage.hidden = true;
    if (row) {
      if (hiding(row, chosen(), words()).length) lift(row);
      open(row);
      const shown = find(id);
      if (shown.offsetParent) shown.scrollIntoView({block: "center"});
      title.focus({preventScroll: true});
    } else if (/^[0-9a-f]{16}$/.test(id) && !find(id)) {
      notOnPage.textContent = filled(ui.not_on_page, {id});
      notOnPage.hidden = false;
      notOnPage.scrollIntoView({block: "center"});
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset);
    history.replaceState(null, "", "#findings");
    find("findings").scrollIntoView();
    find("findings-title").focus({preventScroll: true});
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[id]"), link = event.target.closest("a");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!link && (event.target.closest(".inline") || String(getSelection()))) return;
    event.preventDefault();
    history.pushState(null, "", "#" + row.id);
    toFinding();
  });
  form.addEventListener("input", (event) => {
    if (event.target === details) render();
    else {
      if (event.target.name === "sort") backwards = false;
      apply();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { backwards = false; apply(); }));
  for (const head of heads) {
    head.addEventListener("click", () => {
      backwards = value("sort") === head.dataset.sort && !backwards;
      form.elements.sort.value = head.dataset.sort;
      apply();
    });
  }
  const turn = (by) => {
    page += by;
    render();
    columns.scrollIntoView();
  };
  find("page-before").addEventListener("click", () => turn(-1));
  find("page-after").addEventListener("click", () => turn(1));
  find("pane-before").addEventListener("click", () => step(-1));
  find("pane-after").addEventListener("click", () => step(1));
  find("pane-close").addEventListener("click", close);
  find("print").addEventListener("click", () => print());
  columns.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current) close();
  });
  const paper = (on) => {
    const beside = current;
    onPaper = on;
    if (on) current = null; /* all columns are printed */
    render();
    current = beside;
  };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  addEventListener("hashchange", toFinding);
  form.hidden = columns.hidden = false;
  apply();
  toFinding();
"""
