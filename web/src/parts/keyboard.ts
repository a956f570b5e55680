// Keys, and what is pressed while an input method composes.

/**
 * Whether a key belongs to an input method that is choosing words. Safari ends the composition
 * before it reports the Enter that ended it; 229 is how it marks that key.
 */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}

export interface SendKeys {
  sendWithEnter: boolean;
  isTouch: boolean;
}

/** Whether a key sends the message that is being written. */
export function doesSend(event: KeyboardEvent, { sendWithEnter, isTouch }: SendKeys): boolean {
  if (event.key !== "Enter" || isComposing(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  // Keyboards on a screen have no Shift + Enter, but the page has a button.
  return sendWithEnter && !isTouch && !event.shiftKey && !event.altKey;
}

export const isTouch = (): boolean => matchMedia("(pointer: coarse) and (hover: none)").matches;

/** Whether keys go into a field, so that letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
