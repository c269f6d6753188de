import { problem } from './dom.js';

/** Runs what a button does, once at a time, and tells what went wrong beside it. */
export async function busy(buttons, alert, work) {
  for (const button of buttons.children) button.disabled = true;
  try {
    await work();
  } catch (error) {
    alert.textContent = problem(error);
  } finally {
    for (const button of buttons.children) button.disabled = false;
  }
}
