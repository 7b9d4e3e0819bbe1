# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The page's script. Without it all is there; with it the findings can be filtered and searched."""

from __future__ import annotations

SCRIPT = """
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const rows = [...document.getElementById("rows").rows];
  const nothing = document.getElementById("nothing");
  const shown = document.getElementById("shown");
  const filtered = document.getElementById("filtered");
  const notOnPage = document.getElementById("not-on-page");
  const openAll = document.getElementById("open-all");
  const keys = ["unit", "control", "change"];
  const texts = new Map();

  const plain = (text) => text.normalize("NFD").replace(/\\p{Mn}/gu, "").replace(/[đĐ]/g, "d")
    .toLowerCase();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, plain(row.textContent));
    return texts.get(row);
  };
  const number = (n) => String(n).replace(/\\B(?=(\\d{3})+$)/g, form.dataset.thousands);
  const boxes = [...form.querySelectorAll("input[name=status]")];
  const statuses = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const value = (key) => form.elements[key] ? form.elements[key].value : "";

  const apply = () => {
    const wanted = statuses();
    const words = plain(value("search")).split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = (!wanted.length || wanted.includes(row.dataset.status))
        && keys.every((key) => !value(key) || value(key) === row.dataset[key])
        && words.every((word) => textOf(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    nothing.hidden = count > 0;
    shown.textContent = shown.dataset.text.replace("{shown}", number(count))
      .replace("{total}", number(rows.length));
    describe(count < rows.length);
  };

  /* What a print of a filtered list says above it. */
  const describe = (some) => {
    const chosen = boxes.filter((box) => box.checked);
    const parts = chosen.map((box) => box.parentNode.textContent.trim());
    for (const key of keys) {
      if (value(key)) parts.push(form.elements[key].selectedOptions[0].textContent);
    }
    if (value("search")) parts.push("\\u201c" + value("search") + "\\u201d");
    filtered.textContent = some ? filtered.dataset.text + " " + parts.join("; ") : "";
  };

  const choose = (wanted) => {
    form.reset();
    const status = (wanted.status || "").split(" ");
    for (const box of boxes) box.checked = status.includes(box.value);
    for (const key of keys) {
      if (wanted[key] && form.elements[key]) form.elements[key].value = wanted[key];
    }
    apply();
  };

  const toFinding = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const row = rows.find((one) => one.id === id);
    notOnPage.hidden = Boolean(row) || !/^[0-9a-f]{16}$/.test(id);
    if (!notOnPage.hidden) {
      notOnPage.textContent = notOnPage.dataset.text.replace("{id}", id);
      notOnPage.scrollIntoView({block: "center"});
    }
    if (!row) return;
    if (row.hidden) choose({});
    for (const details of row.querySelectorAll("details")) details.open = true;
    row.scrollIntoView({block: "center"});
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset);
    history.replaceState(null, "", "#findings");
    document.getElementById("findings").scrollIntoView();
    document.getElementById("findings-title").focus({preventScroll: true});
  });
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  const openText = openAll.textContent;
  openAll.addEventListener("click", () => {
    const open = openAll.textContent === openText;
    for (const row of rows) {
      if (row.hidden) continue;
      for (const details of row.querySelectorAll("details")) details.open = open;
    }
    openAll.textContent = open ? openAll.dataset.close : openText;
  });
  window.addEventListener("hashchange", toFinding);
  form.hidden = false;
  apply();
  toFinding();
})();
"""
