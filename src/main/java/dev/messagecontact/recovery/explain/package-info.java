/**
 * The history of one command: its answer and the reason. Callers need not know in which topics and tables the history is
 * kept. It may change nothing.
 */
@NullMarked
package dev.messagecontact.recovery.explain;

import org.jspecify.annotations.NullMarked;
