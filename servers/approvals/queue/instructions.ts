/** What a model is told of this server before it calls anything. */
export const instructions = [
  'This is the queue of the changes that you proposed on the other servers. It shows your own changes only, and nothing',
  'here approves one: a person does that.',
  'After proposing, call wait_for_change with the change_id. It answers within 45 seconds, whatever the state is. If the',
  'change still waits after two calls, go on with other work or end your turn: it is carried out when it is approved,',
  'without you, and get_change tells you later what became of it.',
  'applied: it is done, go on. rejected: read `rejection`, which is in a person’s own words, and do as `next` says; a new',
  'version names the change that it takes the place of as `supersedes`. stale: what you wanted to change has changed; read',
  'it again and propose anew. unknown: do not propose it again, it is being looked into.',
  'withdraw_change takes back what is not carried out yet; propose_restore undoes what is applied, as a change of its own.',
].join(' ');
