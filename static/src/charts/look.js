// What all pictures share: colours from the page's tokens, words, numbers, and quiet movements.

/** Fonts, colours and formats for one picture. */
export function look(data, narrow) {
  const root = getComputedStyle(document.documentElement);
  const font = getComputedStyle(document.body).fontFamily;
  const token = (name) => root.getPropertyValue(`--${name}`).trim();
  const digits = new Intl.NumberFormat(data.language, { maximumFractionDigits: 2 });
  const round = new Intl.NumberFormat(data.language, { maximumFractionDigits: 0 });
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const ink = token('ink');
  const quiet = token('ink-2');
  return {
    narrow, token, font, ink, quiet,
    exact: (value) => `${digits.format(value)} ${data.unit}`,
    short: (value) => (Math.abs(value) >= 100 ? round : digits).format(value),
    base: {
      animationDuration: still ? 0 : 300,
      textStyle: { fontFamily: font, color: quiet, fontSize: 12 },
      aria: { enabled: true, label: { enabled: false } },
    },
    legend: {
      show: true, top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 14,
      textStyle: { color: quiet, fontSize: 12, fontFamily: font },
    },
    names: (list, more = {}) => ({
      type: 'category', data: list, axisTick: { show: false }, axisLine: { lineStyle: { color: token('line-2') } },
      axisLabel: { color: ink, fontSize: 12, interval: 0 }, ...more,
    }),
    amounts: (more = {}) => ({
      type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { color: quiet, fontSize: 12, formatter: (value) => round.format(value) }, ...more,
    }),
  };
}

/** A long name in as many characters as there is room for; the hint says it whole. */
export const cropped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
