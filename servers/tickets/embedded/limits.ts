/** How much of a kind one ticket can have; lengths in UTF-16 code units. */
export const limits = { title: 255, text: 1_048_576, labels: 100, label: 255, assignees: 20 } as const;
