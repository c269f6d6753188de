import { undoProperties } from './undo-properties.ts';

// Many more are tried in undo-properties.apart.test.ts.
undoProperties(150);
