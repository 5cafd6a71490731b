/**
 * Dead letters as operators handle them: listed, shown, sent again. Hides how a dead letter that was sent again is
 * recognised, so that it is sent once.
 */
@NullMarked
package dev.messagecontact.recovery.deadletters;

import org.jspecify.annotations.NullMarked;
