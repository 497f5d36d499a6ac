/** Points are in CSS pixels from the element's left top corner. */
export interface Point {
  x: number;
  y: number;
}

export interface GestureHandlers {
  /** A pointer without a pressed button; `null` when it has left. */
  hover: (at: Point | null) => void;
  /** A press and release without a move. */
  tap: (at: Point) => void;
  drag: (dx: number, dy: number) => void;
  zoom: (factor: number, at: Point) => void;
}

const SLOP = 4;

/** Turns pointer and wheel events into gestures: hover, tap, drag, and zoom by wheel with Ctrl or by two fingers. */
export function attachGestures(element: HTMLElement, handlers: GestureHandlers): () => void {
  const down = new Map<number, Point>();
  let moved = false;
  const attached = new AbortController();
  const at = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (down.size === 0) moved = false;
    down.set(event.pointerId, at(event));
    element.setPointerCapture(event.pointerId);
  };

  const onMove = (event: PointerEvent): void => {
    const point = at(event);
    const before = down.get(event.pointerId);
    if (!before) return handlers.hover(point);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) pinch(handlers, before, point, other);
    else if (!moved && Math.hypot(point.x - before.x, point.y - before.y) < SLOP) return;
    else handlers.drag(point.x - before.x, point.y - before.y);
    moved = true;
    down.set(event.pointerId, point);
  };

  const onUp = (event: PointerEvent): void => {
    if (down.delete(event.pointerId) && !moved && event.type === 'pointerup') handlers.tap(at(event));
  };

  const onWheel = (event: WheelEvent): void => {
    // Without Ctrl the wheel scrolls the page. A pinch on a touchpad comes as a wheel with Ctrl.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    handlers.zoom(Math.exp(-event.deltaY / 300), at(event));
  };

  const listening = { signal: attached.signal };
  element.addEventListener('pointerdown', onDown, listening);
  element.addEventListener('pointermove', onMove, listening);
  element.addEventListener('pointerup', onUp, listening);
  element.addEventListener('pointercancel', onUp, listening);
  element.addEventListener('pointerleave', () => handlers.hover(null), listening);
  element.addEventListener('wheel', onWheel, { ...listening, passive: false });
  return () => attached.abort();
}

function pinch(handlers: GestureHandlers, before: Point, now: Point, other: Point): void {
  const was = Math.hypot(before.x - other.x, before.y - other.y);
  const is = Math.hypot(now.x - other.x, now.y - other.y);
  if (was > 0) handlers.zoom(is / was, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
}
