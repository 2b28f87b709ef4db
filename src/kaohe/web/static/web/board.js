"use strict";
/* The wall: full screen on one click; what comes in later has the button too. */
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-full-screen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
