/**
 * Making lost rows again from the command topic. Hides which commands the database lacks.
 */
@NullMarked
package dev.messagecontact.recovery.rebuild;

import org.jspecify.annotations.NullMarked;
