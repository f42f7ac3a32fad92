/* The lists: search as you type, the gallery's language and layout, j and k over rows. */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const search = () => document.getElementById("search");
  // Things to find, and what they stand in, which goes when none of it is left.
  const items = ".card, [data-row], .finding";
  const holders = ".kind, .group";

  function remembered(key, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(key, value);
      return sessionStorage.getItem(key);
    } catch {
      return null; // A file's page may have no storage.
    }
  }

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function wordsOf(item) {
    const subjects = all("[data-subject]", item).map((link) => link.dataset.subject + " " + link.dataset.letter);
    const group = item.closest("[data-group]");
    return plain([item.textContent, item.dataset.card || "", group ? group.dataset.group : "", ...subjects].join(" "));
  }

  function filter() {
    const field = search();
    if (!field) return;
    const asked = plain(field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of all(items)) {
      const words = asked.length ? wordsOf(item) : "";
      item.hidden = !asked.every((word) => words.includes(word));
      if (!item.hidden) found += 1;
    }
    for (const holder of all(holders)) holder.hidden = !holder.querySelector(":is(.card, .finding):not([hidden])");
    for (const link of all("[data-kind]")) {
      const section = document.getElementById(link.dataset.kind);
      link.hidden = section !== null && section.hidden;
    }
    const nothing = document.getElementById("nothing");
    if (nothing) nothing.hidden = found > 0 || asked.length === 0;
    remembered("search:" + location.pathname, field.value);
  }

  /* Each card shows the letter in this language, where there is one. */
  function setLocale(locale) {
    for (const button of all("button[data-locale]")) {
      button.setAttribute("aria-pressed", String(button.dataset.locale === locale));
    }
    for (const card of all(".card")) {
      const links = all("[data-letter]", card);
      const link = links.find((one) => one.dataset.locale === locale) || links[0];
      for (const one of links) one.classList.toggle("shown", one === link);
      const frame = card.querySelector("iframe");
      if (frame && frame.getAttribute("src") !== link.dataset.thumbnail) frame.src = link.dataset.thumbnail;
      card.querySelector(".open").href = link.href;
      card.querySelector(".subject").textContent = link.dataset.subject;
      card.classList.toggle("elsewhere", link.dataset.locale !== locale);
    }
    remembered("locale", locale);
  }

  function setLayout(layout) {
    document.documentElement.dataset.layout = layout;
    for (const button of all("[data-layout]")) {
      if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", String(button.dataset.layout === layout));
    }
    remembered("layout", layout);
  }

  function step(by) {
    const links = all(".card:not([hidden]) .open, [data-row]:not([hidden]) > a, .group:not([hidden]) h2 a");
    if (!links.length) return;
    const now = links.indexOf(document.activeElement);
    const link = links[Math.max(0, Math.min(links.length - 1, now < 0 ? 0 : now + by))];
    link.focus();
    link.scrollIntoView({ block: "nearest" });
  }

  const begin = () => {
    if (document.querySelector(".gallery")) {
      const locales = all("button[data-locale]").map((button) => button.dataset.locale);
      const wanted = remembered("locale");
      if (locales.length) setLocale(locales.includes(wanted) ? wanted : locales.includes("en") ? "en" : locales[0]);
      setLayout(remembered("layout") === "lines" ? "lines" : "cards");
    }
    const field = search();
    if (!field) return;
    if (!field.value) field.value = remembered("search:" + location.pathname) || "";
    filter();
    if (location.hash === "#search") field.focus();
  };
  holdfast.beginLists = begin;

  document.addEventListener("input", (event) => event.target.id === "search" && filter());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !search()) return;
    if (button.dataset.locale) setLocale(button.dataset.locale);
    if (button.dataset.layout) setLayout(button.dataset.layout);
    if (button.dataset.filter || button.dataset.do === "clear") {
      search().value = search().value === button.dataset.filter ? "" : button.dataset.filter || "";
      filter();
    }
  });
  document.addEventListener("keydown", (event) => {
    const field = search();
    if (!field || event.ctrlKey || event.metaKey || event.altKey || document.getElementById("help").open) return;
    if (event.target === field) {
      if (event.key === "Escape") {
        field.value = "";
        field.blur();
        filter();
      } else if (event.key === "Enter" || event.key === "ArrowDown") {
        event.preventDefault();
        field.blur();
        step(1);
      }
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      field.select();
    } else if (event.key === "j" || event.key === "ArrowDown") {
      event.preventDefault();
      step(1);
    } else if (event.key === "k" || event.key === "ArrowUp") {
      event.preventDefault();
      step(-1);
    }
  });
  begin();
})();
