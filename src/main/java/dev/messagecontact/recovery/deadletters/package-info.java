/**
 * Dead letters as operators handle them: listed, shown, put back into the command topic. The secret kept here: how a dead
 * letter that was put back is recognised, so that it is put back once.
 */
@NullMarked
package dev.messagecontact.recovery.deadletters;

import org.jspecify.annotations.NullMarked;
