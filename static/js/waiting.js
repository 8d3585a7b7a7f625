// Looks again while the worker is at a file: moves the bar, and opens the page anew once the work has ended.
"use strict";
{
  const bar = document.querySelector("progress[data-waiting]");
  const told = document.getElementById("done");
  const look = async () => {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("progress[data-waiting]");
    if (!answer.ok || !now) return location.reload();
    bar.value = now.value;
    told.textContent = `${now.value} %`;
    again();
  };
  // a dropped connection is tried again
  const again = () => setTimeout(() => look().catch(again), 2000);
  if (bar) again();
}
