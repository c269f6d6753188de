import type { Gateway } from './gateway.ts';

export type VendorName = 'confluence' | 'notion';

/** What is there of a page at a vendor, whatever the server says. */
export type VendorPage = {
  readonly title: string;
  readonly text: string;
  readonly parent: string | null;
  readonly isTrashed: boolean;
  /** What is said on it. */
  readonly comments: readonly string[];
  /** How many states it has had; null where the vendor keeps none. */
  readonly versions: number | null;
};

/** A vendor's stand-in behind a gateway, with a namespace `soak` in it. */
export type Vendor = {
  readonly name: VendorName;
  readonly gateway: Gateway;
  /** What the server of pages is started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** A page that a person made at the top of the namespace. */
  readonly newPage: (title: string, text: string) => string;
  readonly page: (id: string) => VendorPage;
  /** The pages of that title, wherever they are. */
  readonly titled: (title: string) => readonly string[];
  /** What was asked otherwise than the vendor takes it. */
  readonly violations: () => readonly string[];
  readonly stop: () => Promise<void>;
};
