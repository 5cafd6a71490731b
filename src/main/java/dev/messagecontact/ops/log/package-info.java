/**
 * The form of log lines, and the lines that are left out: repeated ones, and two that mean nothing at a stop. It may
 * not know who logs.
 */
@NullMarked
package dev.messagecontact.ops.log;

import org.jspecify.annotations.NullMarked;
