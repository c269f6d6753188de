import { count, foreign, h, problem } from './dom.js';
import { effectBox } from './effects.js';
import { request } from './request.js';

/** All that the branch comes to with the change, once somebody wants to see it; it was sealed with the change. */
export function sinceBaseSection({ change_id: id, content: { since_base: sum } }) {
  if (!sum) return '';
  const body = h('div', { class: 'files' });
  const load = async (event) => {
    if (!event.currentTarget.open || body.children.length > 0) return;
    try {
      const { effects } = await request(`/api/changes/${id}/since-base`);
      body.replaceChildren(...effects.map((effect) => effectBox(effect)));
    } catch (error) {
      body.replaceChildren(h('p', { class: 'error', role: 'alert' }, problem(error)));
    }
  };
  return h(
    'section',
    { 'aria-labelledby': 'sum-title' },
    h('h2', { id: 'sum-title' }, 'The whole branch, since it left ', foreign(sum.base)),
    sum.only_this
      ? h('p', {}, 'Nothing else is on it: what is shown above is all of it.')
      : [
          rest(sum),
          sum.files === 0
            ? null
            : h(
                'details',
                { ontoggle: load },
                h('summary', {}, `${count(sum.files, 'file')}, with this change and all before it`),
                body,
              ),
        ],
  );
}

/** What cannot be shown of it. */
function rest({ merge_base: from, left_out: left, cut }) {
  if (from === null) return h('p', { class: 'warn' }, 'The two have no common past, so there is no sum to show.');
  if (left === 0 && !cut) return null;
  const more = left > 0 ? `${count(left, 'more file')} too many or too large to show` : 'more files than are listed';
  return h(
    'p',
    { class: 'warn' },
    `Not all of it is here: ${more}${left > 0 && cut ? ', and there may be others' : ''}.`,
  );
}
