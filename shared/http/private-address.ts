import { BlockList, isIPv4 } from 'node:net';

/** Loopback, link-local and private ranges: RFC 1122, 1918, 3927, 4193, 4291, and RFC 6598 for overlay networks. */
const privateRanges = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const;

const privateAddresses = new BlockList();
for (const [network, prefix, family] of privateRanges) privateAddresses.addSubnet(network, prefix, family);

/** Whether an IP address can be reached from this machine or its private networks only. Wildcards are not private. */
export function isPrivateAddress(address: string): boolean {
  return privateAddresses.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
