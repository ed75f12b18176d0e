// What of the vendor's style sheet no page can use goes: rules whose classes stand in no template, tag or script, and
// variables that nothing reads. Other layers are ours: there a test finds what is dead (tests/architecture).
import { readFile, readdir } from 'node:fs/promises';

const ROOMS = ['templates', 'static/src', 'common', 'config', 'insight', 'budgets', 'reviews', 'projects', 'catalog', 'governance'];
const NESTED = /^@(media|supports|layer|container)\b/;

/** Everything that may name a class: words, and beginnings of words that are put together (`btn-{{ kind }}`). */
export async function names() {
  const texts = [];
  for (const room of ROOMS) {
    const files = await readdir(room, { recursive: true }).catch(() => []);
    for (const file of files) if (/\.(html|py|js)$/.test(file)) texts.push(await readFile(`${room}/${file}`, 'utf8'));
  }
  const text = texts.join('\n');
  const beginnings = new Set([...text.matchAll(/([\w-]+-)(?=\{\{|\{%|\{|\$\{|["'] ?[+~])/g)].map((found) => found[1]));
  return { words: new Set(text.match(/[\w-]+/g)), beginnings: [...beginnings] };
}

/** The style sheet with its layer `vendor` cut down to what is used. */
export function purge(css, used) {
  let kept = parse(css).map((rule) => (rule.head === '@layer vendor' ? { ...rule, body: write(parse(rule.body), used) } : rule));
  for (let before = Infinity; ; ) {
    const text = kept.map(written).join('');
    if (text.length >= before) return text;
    before = text.length;
    const read = new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((found) => found[1]));
    kept = kept.map((rule) => (rule.head === '@layer vendor' ? { ...rule, body: unread(rule.body, read) } : rule));
  }
}

const written = (rule) => (rule.body === null ? `${rule.head};` : `${rule.head}{${rule.body}}`);
const unread = (body, read) => body.replace(/(?<=[{;])(--[\w-]+):[^;{}]*(?:;|(?=\}))/g, (all, name) => (read.has(name) ? all : ''));

/** Rules of one level: `head{body}`, or `head;` where body is null. */
function parse(css) {
  const rules = [];
  let start = 0, open = 0, depth = 0;
  for (let at = 0; at < css.length; at += 1) {
    const sign = css[at];
    if (sign === '\\') at += 1;
    else if (sign === '"' || sign === "'") at = end(css, at, sign);
    else if (sign === '{' && (depth += 1) === 1) open = at;
    else if (sign === '}' && (depth -= 1) === 0) {
      rules.push({ head: css.slice(start, open).trim(), body: css.slice(open + 1, at) });
      start = at + 1;
    } else if (sign === ';' && depth === 0) {
      rules.push({ head: css.slice(start, at).trim(), body: null });
      start = at + 1;
    }
  }
  return rules;
}

function end(css, at, sign) {
  for (at += 1; css[at] !== sign; at += 1) if (css[at] === '\\') at += 1;
  return at;
}

function write(rules, used) {
  return rules.map((rule) => {
    if (rule.body === null) return written(rule);
    if (NESTED.test(rule.head)) {
      const body = write(parse(rule.body), used);
      return body ? written({ ...rule, body }) : '';
    }
    if (rule.head.startsWith('@')) return written(rule);
    const selectors = split(rule.head).filter((selector) => isUsed(selector, used));
    return selectors.length && rule.body ? written({ head: selectors.join(','), body: rule.body }) : '';
  }).join('');
}

/** At the commas that stand in no brackets. */
function split(head) {
  const parts = [''];
  let depth = 0;
  for (const sign of head) {
    if ('(['.includes(sign)) depth += 1;
    if (')]'.includes(sign)) depth -= 1;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** Whether every class that the selector asks for may be there; what stands in brackets may be an alternative. */
function isUsed(selector, used) {
  let bare = selector.replace(/\[[^\]]*\]/g, '');
  while (/\([^()]*\)/.test(bare)) bare = bare.replace(/\([^()]*\)/g, '');
  const classes = [...bare.matchAll(/\.((?:\\.|[\w-])+)/g)].map((found) => found[1].replace(/\\/g, ''));
  return classes.every((name) => used.words.has(name) || used.beginnings.some((beginning) => name.startsWith(beginning)));
}
