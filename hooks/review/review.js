/*
 * The one script of the review page: asks the browser for a passkey's answer and hands it on.
 * Everything else on the page works without it.
 */
'use strict';
