// Steps back and forth in a form: what its fields held before each change. Text that is being typed has the
// browser's own undo; a step is what a field held when it was left.
const KEPT = new Set(['csrfmiddlewaretoken', 'act', 'version', 'effect_by']);

const read = (form) => new Map([...new FormData(form)].filter(([name]) => !KEPT.has(name)));
const same = (one, other) => JSON.stringify([...one]) === JSON.stringify([...other]);

export class Steps {
  constructor(find, changed) {
    Object.assign(this, { find, changed, past: [], future: [] });
    this.now = read(find());
  }

  /** A field was changed by hand. */
  note() {
    const next = read(this.find());
    if (same(next, this.now)) return;
    this.past.push(this.now);
    Object.assign(this, { now: next, future: [] });
    this.changed(this);
  }

  back() { return this.move(this.past, this.future); }

  forth() { return this.move(this.future, this.past); }

  move(from, to) {
    if (!from.length) return false;
    to.push(this.now);
    this.now = from.pop();
    const field = this.write();
    this.changed(this);
    field?.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  }

  /** Put back what was held; answers the last field that this changed. */
  write() {
    let last = null;
    for (const field of this.find().elements) {
      if (!field.name || KEPT.has(field.name) || field.type === 'submit') continue;
      const value = this.now.get(field.name) ?? '';
      const isChoice = field.type === 'radio';
      if (isChoice ? field.checked === (field.value === value) : field.value === value) continue;
      if (isChoice) field.checked = field.value === value;
      else field.value = value;
      last = field;
    }
    return last;
  }
}
