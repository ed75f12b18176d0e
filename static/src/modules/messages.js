// Say something in the page's message area, as the server does it.

/** Show a sentence; screen readers hear it because the list is a live region. */
export function say(sentence, tone = 'green') {
  const list = document.querySelector('[data-messages]');
  if (!list || !sentence) return;
  const item = document.createElement('li');
  item.className = `note note-${tone}`;
  const text = document.createElement('div');
  text.textContent = sentence;
  item.append(text);
  if ([...list.children].some((other) => other.textContent.trim() === sentence)) return;
  list.append(item);
}
