/** What each state is called, how it is coloured, and what is true in it. */
export const states = {
  planning: {
    label: 'Being planned',
    tone: 'busy',
    truth: 'Its server is working out what would be done. Nothing is written.',
  },
  pending_approval: {
    label: 'Waiting for a decision',
    tone: 'wait',
    truth: 'Nothing is written. What you see below is exactly what would be done.',
  },
  approved: { label: 'Approved, not applied yet', tone: 'busy', truth: 'It is approved and waits to be carried out.' },
  dispatched: { label: 'Being carried out', tone: 'busy', truth: 'The server is writing it now.' },
  unknown: {
    label: 'In doubt',
    tone: 'bad',
    truth:
      'The answer to a step was lost. The server looks for what it may have written, and writes nothing again blindly.',
  },
  partial: {
    label: 'Partly applied',
    tone: 'bad',
    truth: 'Some steps are done and the rest could not be. Undoing it takes back what was done.',
  },
  applied: { label: 'Applied', tone: 'good', truth: 'Everything shown below was done, and the server has seen it.' },
  rejected: { label: 'Rejected', tone: 'off', truth: 'A person said no. Nothing was written.' },
  withdrawn: { label: 'Withdrawn', tone: 'off', truth: 'It was taken back by whoever asked. Nothing was written.' },
  expired: {
    label: 'Expired',
    tone: 'off',
    truth: 'Its time was over before it was decided and begun. Nothing was written.',
  },
  superseded: { label: 'Superseded', tone: 'off', truth: 'A newer version took its place. Nothing was written.' },
  stale: {
    label: 'Stale',
    tone: 'off',
    truth: 'What it would have written had changed in the meantime. Nothing was written.',
  },
  revoked: { label: 'Revoked', tone: 'off', truth: 'It may not be carried out any more. Nothing was written.' },
  compared: {
    label: 'Compared',
    tone: 'off',
    truth: 'A restore was only tried out. Nothing was written, and nothing waits for a decision.',
  },
  failed: { label: 'Failed', tone: 'bad', truth: 'It could not be done. Nothing was written.' },
};

/** States of a set of restores that no change has. */
export const setStates = {
  planning: { label: 'Being planned', tone: 'busy' },
  nothing: { label: 'Nothing to put back', tone: 'off' },
  under_way: { label: 'Being carried out', tone: 'busy' },
  mixed: { label: 'Ended in different ways', tone: 'bad' },
};

/** What a restore does about what others did since. */
export const choices = {
  refuse: 'Do nothing if somebody changed any of it since',
  untouched: 'Put back only what nobody changed since',
  overwrite: 'Put everything back, over what others did since (another person has to approve it)',
};

/** Where a part of a change stands. */
export const standings = {
  as_left: 'As it was left',
  changed: 'Changed since',
  back: 'Back already',
  cannot: 'Cannot come back',
};

/** States that a change leaves by itself, or that somebody else may end. */
export const openStates = ['planning', 'pending_approval', 'approved', 'dispatched', 'unknown'];

export const flags = {
  protected_path: 'Protected path',
  agent_configuration: 'Changes what agents may do',
  workflow_file: 'Changes automation',
  dependency: 'Dependencies',
  deletion: 'Deletes',
  binary: 'Binary',
  hidden_characters: 'Hidden characters',
  overwrites_others: 'Overwrites others’ work',
  published_since: 'Published since',
  closes: 'Closes',
  publishes: 'Puts before others',
  retargets: 'Goes elsewhere',
  base_unprotected: 'Unprotected default branch',
  ci_secrets: 'CI gives secrets',
  executable: 'Executable',
  symbolic_link: 'Symbolic link',
  attribution: 'Names authors or signers',
  mentions: 'Calls people in',
  customer_visible: 'Customers see it',
  commands: 'Commands other software',
  smart_commits: 'Commands in commits',
  remote_content: 'Fetches from elsewhere',
  read_untrusted: 'Its agent read untrusted text',
  instructions: 'Speaks to models',
  encoded_content: 'Encoded content',
  exfiltration: 'Could carry data out',
};

export const reaches = {
  runs_ci: 'Runs CI',
  notifies: 'Notifies people',
  triggers_software: 'Triggers other software',
  leaves_organisation: 'Leaves the organisation',
};

export const events = {
  'change.asked': 'Asked for',
  'change.pending': 'Sealed and put up for a decision',
  'change.approved': 'Approved',
  'change.rejected': 'Rejected',
  'change.withdrawn': 'Withdrawn',
  'change.expired': 'Expired',
  'change.superseded': 'Superseded',
  'change.stale': 'Found stale',
  'change.revoked': 'Revoked',
  'change.dispatched': 'Begun',
  'change.delayed': 'Waits',
  'change.unknown': 'Answer lost; in doubt',
  'change.partial': 'Ended partly done',
  'change.applied': 'Applied',
  'change.failed': 'Failed',
  'change.reminder': 'Told again that it waits',
  'change.escalated': 'Told also that it waits',
  'assignment.made': 'Assigned',
  'change.compared': 'Compared with what is there',
  'decision.made': 'Decision signed',
  'grant.given': 'Task grant given',
  'grant.ended': 'Task grant ended',
  'step.begun': 'Step begun',
  'step.ended': 'Step ended',
  'resume.asked': 'Asked to go on with the rest',
  'resume.refused': 'Could not go on',
  'state.left': 'State afterwards kept',
  'state.kept': 'State kept again',
  'doubt.settled': 'Doubt settled by a person',
  'signature.missing': 'Made without a good signature',
  'review.seen': 'Looked at the reviews on GitHub',
  'check.posted': 'Check put on the head on GitHub',
};

/** Why somebody says no, in the order in which it is asked. To ask for a new version is a button of its own. */
export const rejections = {
  incorrect: { label: 'Not correct' },
  not_wanted: { label: 'Not wanted' },
  wrong_target: { label: 'The wrong place for it' },
  unsafe: { label: 'Not safe' },
  too_large: { label: 'Too much at once' },
  other: { label: 'Another reason' },
  needs_changes: { label: 'A new version is asked for' },
};

/** The name of a tool as words: `commit_files` is "Commit files". */
export function toolName(tool) {
  const words = tool.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
