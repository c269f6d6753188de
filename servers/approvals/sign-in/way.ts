import type { SignInLinks } from '../people/sign-in-links.ts';
import { type Flows, signInFlows } from './flows.ts';
import { type OidcProvider, oidcProvider } from './oidc.ts';
import { type ProxyReader, proxyReader } from './proxy.ts';
import type { ProxyKind } from './proxy-settings.ts';
import type { SignInSettings } from './settings.ts';

/** The one way in which people sign in here. What another way would need is not there. */
export type SignInWay =
  | {
      readonly how: 'link';
      readonly links: SignInLinks;
      /** Prints a new sign-in link for whoever started the server. */
      readonly printLink: () => void;
    }
  | { readonly how: 'oidc'; readonly provider: OidcProvider; readonly flows: Flows }
  | { readonly how: ProxyKind; readonly read: ProxyReader };

/** Makes what the configured way needs; `link` is what there is for the way by link. */
export function signInWay(
  settings: SignInSettings,
  link: { readonly links: SignInLinks; readonly printLink: () => void },
  now: () => Date,
): SignInWay {
  switch (settings.how) {
    case 'link':
      return { how: 'link', ...link };
    case 'oidc':
      return { how: 'oidc', provider: oidcProvider(settings), flows: signInFlows({ now }) };
    case 'iap':
    case 'cloudflare-access':
      return { how: settings.how, read: proxyReader(settings) };
  }
}
