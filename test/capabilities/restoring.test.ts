import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { restoringPage } from './restoring.ts';

test('the page of what can be put back is what the tools declare; node test/capabilities/draw.ts makes it anew', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/restoring.md', import.meta.url)), 'utf8');
  expect(page).toBe(restoringPage());
});

test('and it has a section for every write tool, none of them empty', () => {
  const page = restoringPage();
  const names = [
    'propose_pull_request',
    'commit_files',
    'push_commits',
    'update_pull_request',
    'comment_on_pull_request',
    'resolve_review_thread',
    'request_reviews',
    'update_branch',
    'delete_branch',
    'merge_pull_request',
    'create_ticket',
    'update_ticket',
    'transition_ticket',
    'add_comment',
    'update_comment',
    'link_tickets',
    'archive_ticket',
    'create_page',
    'update_page',
    'comment_on_page',
    'move_page',
    'trash_page',
    'accept_page',
    'bring_back_namespace',
  ];
  expect(page.match(/^## /gm)).toHaveLength(names.length);
  for (const name of names) expect(page).toContain(`## ${name}: `);
  expect(page).not.toContain('- Nothing.');
});
