/** The primary metric of each segment, and the coverage of intervals, beside what to hold them against. */

import { html } from '../../report/elements';
import type { Group, ScoresAnswer } from './answer';
import { note } from './figure';
import { legend } from './legend';
import { type DotSection, rowsOfDots } from './rows_of_dots';
import { titled } from './over_time';

const PROMISED = 0.8;

export function segmentsPicture(answer: ScoresAnswer): HTMLElement {
  const segments = answer.groups.filter(group => group.kind === 'segment');
  const facts = (segments[0]?.facts ?? []).map(fact => fact.name).filter(name => name === 'base rate');
  const sections = sectioned(segments, group => ({
    name: group.name,
    numRows: group.num_rows,
    value: group.score,
    low: group.low,
    high: group.high,
    other: group.baseline,
    further: facts.map(name => factOf(group, name))
  }));
  const drawn = rowsOfDots(
    sections,
    { value: answer.metric, other: answer.baseline, further: facts, aim: null },
    'Scores by segment'
  );
  return html(
    'div',
    {},
    legend(
      [
        { learner: answer.model, look: 0, words: `${titled(answer)}, with its 95% interval` },
        { learner: answer.baseline, look: 1, words: 'the best baseline' }
      ],
      true
    ),
    drawn,
    note('Columns of the entity table say what it holds now; the past is counted as of each row’s own anchor time.')
  );
}

export function coveragePicture(answer: ScoresAnswer): HTMLElement {
  const [everyone, ...others] = answer.groups;
  const row = (group: Group): DotSection['rows'][number] => ({
    name: group.name,
    numRows: group.num_rows,
    value: factOf(group, 'coverage'),
    low: null,
    high: null,
    other: null,
    further: [factOf(group, 'mean width')]
  });
  const all = everyone === undefined ? [] : [{ title: 'All', rows: [row(everyone)] }];
  const drawn = rowsOfDots(
    [...all, ...sectioned(others, row)],
    { value: 'coverage', other: '', further: ['mean width'], aim: PROMISED },
    'Coverage of the 80% intervals'
  );
  return html(
    'div',
    {},
    drawn,
    note('Dotted: the intervals promise to hold 80% of the labels. With less they are too narrow, with more too wide.')
  );
}

/** Anchor times under one title, segments under their columns'. */
function sectioned(groups: Group[], row: (group: Group) => DotSection['rows'][number]): DotSection[] {
  const found = new Map<string, DotSection>();
  for (const group of groups) {
    const title = group.kind === 'anchor' ? 'anchor time' : group.column;
    const key = `${group.kind} ${title}`;
    const section = found.get(key) ?? { title, rows: [] };
    section.rows.push(row(group));
    found.set(key, section);
  }
  return [...found.values()];
}

function factOf(group: Group, name: string): number | null {
  return group.facts.find(fact => fact.name === name)?.value ?? null;
}
