// A bubble under a finger: swiped to the right it is answered, pressed long it opens its menu. A double click answers too.

/** Below this a movement is a tremble; beyond `FAR` a swipe is meant. In CSS pixels. */
const TREMBLE = 8;
const FAR = 56;
const LONG_PRESS_MS = 500;

export function gestures(node, { answer, menu }) {
  let from = null;
  let press = 0;
  const forget = () => {
    from = null;
    clearTimeout(press);
    node.style.transform = "";
  };
  node.addEventListener("pointerdown", (e) => {
    if (e.pointerType === "mouse" || e.target.closest(".slides, .wave")) return;
    from = { x: e.clientX, y: e.clientY };
    press = setTimeout(() => { forget(); menu(); }, LONG_PRESS_MS);
  });
  node.addEventListener("pointermove", (e) => {
    if (!from) return;
    const [dx, dy] = [e.clientX - from.x, Math.abs(e.clientY - from.y)];
    if (dy > 3 * TREMBLE || dx < -TREMBLE) return forget();
    if (dx <= TREMBLE) return undefined;
    clearTimeout(press);
    node.style.transform = `translateX(${Math.min(dx, 72)}px)`;
    return undefined;
  });
  node.addEventListener("pointerup", (e) => {
    const far = from && e.clientX - from.x > FAR;
    forget();
    if (far) answer();
  });
  node.addEventListener("pointercancel", forget);
  node.addEventListener("dblclick", (e) => { if (!e.target.closest("button, a")) answer(); });
}
