/**
 * What one batch's transaction contains: know, decide, do. The secret kept here: the rules that depend on what was
 * decided before.
 */
@NullMarked
package dev.messagecontact.registration;

import org.jspecify.annotations.NullMarked;
