/**
 * What the log leaves out: repeated lines, and noise at shutdown.
 */
@NullMarked
package dev.messagecontact.ops.log;

import org.jspecify.annotations.NullMarked;
