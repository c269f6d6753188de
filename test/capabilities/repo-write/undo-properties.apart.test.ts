import { undoProperties } from './undo-properties.ts';

undoProperties(800);
