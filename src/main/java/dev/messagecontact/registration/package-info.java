/**
 * What one batch's transaction contains: know, decide, do. Hides the rules that depend on what was decided before. It
 * may not know where records come from, nor who watches: not intake, ops or settings.
 */
@NullMarked
package dev.messagecontact.registration;

import org.jspecify.annotations.NullMarked;
