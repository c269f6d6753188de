/** Where in a package its pages are, and in which language; a package of several languages has several. */
export type Manual = { readonly package: string; readonly folder: string; readonly language: Language };
export type Language = 'en' | 'ja';

const doc = 'usr/share/doc';
const man = 'usr/share/man';

/** Manuals of Debian 12, by the packages that they come in. Anybody can get them, and they do not change any more. */
export const manuals: readonly Manual[] = [
  { package: 'manpages', folder: man, language: 'en' },
  { package: 'manpages-dev', folder: man, language: 'en' },
  { package: 'manpages-ja', folder: `${man}/ja`, language: 'ja' },
  { package: 'manpages-ja-dev', folder: `${man}/ja`, language: 'ja' },
  { package: 'perl-doc', folder: man, language: 'en' },
  { package: 'apache2-doc', folder: `${doc}/apache2-doc/manual/en`, language: 'en' },
  { package: 'apache2-doc', folder: `${doc}/apache2-doc/manual/ja`, language: 'ja' },
  { package: 'debian-faq', folder: doc, language: 'en' },
  { package: 'debian-faq-ja', folder: doc, language: 'ja' },
  { package: 'debian-handbook', folder: `${doc}/debian-handbook/html/en-US`, language: 'en' },
  { package: 'debian-handbook', folder: `${doc}/debian-handbook/html/ja-JP`, language: 'ja' },
  { package: 'debian-policy', folder: doc, language: 'en' },
  { package: 'debian-reference-en', folder: 'usr/share', language: 'en' },
  { package: 'debian-reference-ja', folder: 'usr/share', language: 'ja' },
  { package: 'developers-reference', folder: doc, language: 'en' },
  { package: 'developers-reference-ja', folder: doc, language: 'ja' },
  { package: 'git-doc', folder: doc, language: 'en' },
  { package: 'libreoffice-help-en-us', folder: 'usr/share/libreoffice/help/en-US/text', language: 'en' },
  { package: 'libreoffice-help-ja', folder: 'usr/share/libreoffice/help/ja/text', language: 'ja' },
  { package: 'lilypond-doc-html-ja', folder: doc, language: 'ja' },
  { package: 'linux-doc-6.1', folder: `${doc}/linux-doc-6.1/html`, language: 'en' },
  { package: 'maint-guide', folder: doc, language: 'en' },
  { package: 'maint-guide-ja', folder: doc, language: 'ja' },
  { package: 'aptitude-doc-ja', folder: doc, language: 'ja' },
  { package: 'postgresql-doc-15', folder: doc, language: 'en' },
  { package: 'python3.11-doc', folder: doc, language: 'en' },
];
