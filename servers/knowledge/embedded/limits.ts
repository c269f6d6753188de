/**
 * How long texts can be, in UTF-16 code units. A page of 1 MiB is some 400 printed ones; what is longer is data and not a
 * page, and would be read by nobody in whole.
 */
export const limits = { title: 255, text: 1_048_576, comment: 65_536 } as const;
