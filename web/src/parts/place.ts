// Places a popover beside what opened it, inside the window.

const gap = 6;
const margin = 8;

export function placeBeside(popover: HTMLElement, anchor: DOMRect, align: "start" | "end"): void {
  const { width, height } = popover.getBoundingClientRect();
  const wanted = align === "start" ? anchor.left : anchor.right - width;
  const left = Math.max(margin, Math.min(wanted, innerWidth - width - margin));
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - height;
  const fitsBelow = below + height <= innerHeight - margin;
  const top = fitsBelow || above < margin ? Math.min(below, innerHeight - height - margin) : above;
  popover.style.left = `${left}px`;
  popover.style.top = `${Math.max(margin, top)}px`;
}
