/**
 * Making lost rows again from the command topic. Hides which commands the database lacks, and where their answers are
 * found. It may publish nothing.
 */
@NullMarked
package dev.messagecontact.recovery.rebuild;

import org.jspecify.annotations.NullMarked;
