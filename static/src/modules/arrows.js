// Arrow keys lead through what was found: from a field into its hits, up and down, and back into the field.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const from = event.target;
  if (event.key === 'Escape' && from.closest('.search:not(.is-closed):has(.suggest > *)')) {
    event.preventDefault(); // the browser would empty the field: a second press does
    return close(from.closest('.search'));
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const place = step && (from.closest('form[data-arrows]') ?? from.closest('[data-arrows]') ?? pageOf(from));
  if (!place) return;
  const field = place.querySelector('[type=search]');
  const hits = [...place.querySelectorAll('[data-hit]')].filter((hit) => hit.offsetParent);
  const next = hits[hits.indexOf(from) + step] ?? (step < 0 && hits.indexOf(from) === 0 ? field : undefined);
  if (!next || (step < 0 && hits.indexOf(from) < 0)) return;
  event.preventDefault();
  next.focus();
});

/** The field of the search's page leads into the page's hits. */
function pageOf(element) {
  return element.id === 'page-search' ? document.querySelector('.found[data-arrows]') : null;
}

function close(form) {
  form.classList.add('is-closed');
  form.querySelector('[type=search]').focus();
}

document.addEventListener('input', (event) => event.target.closest?.('.search')?.classList.remove('is-closed'));
