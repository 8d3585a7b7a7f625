// Tells the searching lists of dated rows (areas, bodies) of which day the form is: they offer what was in force then.
"use strict";
{
  const $ = django.jQuery;
  let asking = null; // the list that was opened last

  // "05/12/2024" as "2024-12-05"; a year stays as it is; anything else is no day
  const iso = (text) => {
    const typed = text.trim();
    const day = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed);
    if (day) return `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}`;
    return /^\d{4}(-\d{2}-\d{2})?$/.test(typed) ? typed : "";
  };

  // a row ends on the day before "valid_to"
  const eve = (day) => {
    const date = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(date.valueOf())) return "";
    date.setUTCDate(date.getUTCDate() - 1);
    return date.toISOString().slice(0, 10);
  };

  // the input in the same row, else in the form above it
  const value = (select, name) => {
    const row = select.name.slice(0, select.name.length - select.dataset.fieldName.length);
    const input = select.form.elements[row + name] ?? select.form.elements[name];
    const day = iso(input?.value ?? "");
    return name === "valid_to" && day ? eve(day) : day;
  };

  const days = (select) => {
    for (const time of (select.dataset.dayField ?? "").split(" ").filter(Boolean)) {
      const ends = time.split("/").map((name) => value(select, name));
      if (ends.every(Boolean)) return ends.join("/");
    }
    return select.dataset.day ?? "";
  };

  $(document).on("select2:opening", "select.admin-autocomplete", (event) => {
    asking = event.target;
  });
  $.ajaxPrefilter((options) => {
    if (!asking || options.url !== asking.getAttribute("data-ajax--url")) return;
    const on = days(asking);
    if (on) options.data = `${options.data}&on=${encodeURIComponent(on)}`;
  });
}
