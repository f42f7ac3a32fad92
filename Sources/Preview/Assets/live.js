/* Live reload: on the server's word the page is fetched again and put in place of what is shown, which keeps its place. */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});
  const meta = document.querySelector('meta[name="live"]');
  if (!meta || !window.EventSource) return;
  const page = document.documentElement;
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  /* The frame is not taken out while the new one loads: two lie on each other for a moment, so that nothing flashes. */
  async function swapFrame(id, next) {
    const old = document.getElementById(id);
    const found = next.getElementById(id);
    if (!old || !found) return old === found;
    if (old.srcdoc === found.srcdoc) return true;
    const fresh = document.adoptNode(found);
    fresh.style.cssText = old.style.cssText;
    fresh.classList.add("coming");
    old.removeAttribute("id");
    old.after(fresh);
    await holdfast.whenLoaded(fresh);
    return () => {
      old.remove();
      fresh.classList.remove("coming");
    };
  }

  async function swap(next) {
    const names = (from) => all("[data-swap]", from).map((part) => part.dataset.swap).join(" ");
    if (page.dataset.page !== next.documentElement.dataset.page || names(document) !== names(next)) {
      return location.reload();
    }
    const places = all("[data-keep]").map((part) => [part.dataset.keep, part.scrollTop, part.scrollLeft]);
    const [x, y] = [window.scrollX, window.scrollY];
    const focused = document.activeElement && document.activeElement.id;
    const done = await Promise.all(["letter", "before"].map((id) => swapFrame(id, next)));
    if (done.includes(false)) return location.reload();
    for (const part of all("[data-swap]", next)) {
      document.querySelector(`[data-swap="${part.dataset.swap}"]`).replaceWith(document.adoptNode(part));
    }
    const [support, fresh] = [document, next].map((one) => one.getElementById("css-support"));
    if (support && fresh) support.textContent = fresh.textContent;
    meta.content = next.querySelector('meta[name="live"]').content;
    document.title = next.title;
    holdfast.beginLists?.();
    await holdfast.begin?.();
    for (const finish of done) if (typeof finish === "function") finish();
    for (const [name, top, left] of places) {
      const part = document.querySelector(`[data-keep="${name}"]`);
      if (part) part.scrollTo(left, top);
    }
    window.scrollTo(x, y);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  async function reload(event) {
    const began = performance.now();
    try {
      const response = await fetch(location.pathname, { cache: "no-store" });
      if (response.status === 404) return holdfast.toast("This letter is not there any more.");
      if (!response.ok) return holdfast.toast(`The preview answers ${response.status}.`);
      await swap(new DOMParser().parseFromString(await response.text(), "text/html"));
      page.dataset.reloads = String(Number(page.dataset.reloads || 0) + 1);
      page.dataset.reloadTime = String(Math.round(performance.now() - began));
      if (event) page.dataset.reloaded = event.data;
    } catch (error) {
      holdfast.toast(`Not reloaded: ${error.message}`);
    }
  }

  // One reload at a time, in their order.
  let turn = Promise.resolve();
  let events;
  function listen() {
    events = new EventSource(meta.content);
    events.addEventListener("reload", (event) => (turn = turn.then(() => reload(event))));
    events.addEventListener("open", () => {
      if (page.dataset.live !== undefined) turn = turn.then(() => reload());
      page.dataset.live = "on";
    });
    events.addEventListener("error", () => (page.dataset.live = "lost"));
  }
  // A browser opens six connections to one host: a page that nobody sees keeps none, and is fetched anew when it is seen.
  document.addEventListener("visibilitychange", () => {
    events.close();
    if (document.hidden) return;
    page.dataset.live = "behind";
    listen();
  });
  listen();
})();
