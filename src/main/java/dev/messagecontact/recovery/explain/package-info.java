/** The life of one command: what became of it and why. Hides where its traces stand. */
@NullMarked
package dev.messagecontact.recovery.explain;

import org.jspecify.annotations.NullMarked;
