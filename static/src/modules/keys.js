// Single-key commands stay out of the way of typing.

/** Whether the element takes typed text. */
export function isTyping(element) {
  if (!(element instanceof Element)) return false;
  if (element.isContentEditable || element.closest('dialog[open]')) return true;
  return element.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])');
}
