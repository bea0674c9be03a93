/* Reads calendars with libical and says, a line each and by tabs: what it finds wrong, and where it puts each entry.
 *
 *   error  FILE  TEXT          parser errors and broken restrictions (RFC 5545, and RFC 5546 where there is a method)
 *   entry  FILE  UID  KIND  START  END  SEQUENCE  STATUS  SUMMARY      instants in seconds since 1970, days as written
 *   done   FILE
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *whole(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (text && fread(text, 1, (size_t)size, file) == (size_t)size) text[size] = 0;
    fclose(file);
    return text;
}

static void say(const char *text) {
    for (; text && *text; text++) {
        if (*text == '\n') fputs("\\n", stdout);
        else if (*text == '\\') fputs("\\\\", stdout);
        else if (*text == '\t') fputs("\\t", stdout);
        else putchar(*text);
    }
}

static void errors(const char *path, icalcomponent *part) {
    icalproperty *one = icalcomponent_get_first_property(part, ICAL_XLICERROR_PROPERTY);
    for (; one; one = icalcomponent_get_next_property(part, ICAL_XLICERROR_PROPERTY)) {
        printf("error\t%s\t%s: ", path, icalcomponent_kind_to_string(icalcomponent_isa(part)));
        say(icalproperty_get_value_as_string(one));
        putchar('\n');
    }
    icalcomponent *below = icalcomponent_get_first_component(part, ICAL_ANY_COMPONENT);
    for (; below; below = icalcomponent_get_next_component(part, ICAL_ANY_COMPONENT)) errors(path, below);
}

static void moment(struct icaltimetype at) {
    if (icaltime_is_null_time(at)) printf("-");
    else if (at.is_date) printf("%04d-%02d-%02d", at.year, at.month, at.day);
    else printf("%lld", (long long)icaltime_as_timet_with_zone(at, at.zone));
}

static void entry(const char *path, icalcomponent *part) {
    icalproperty *status = icalcomponent_get_first_property(part, ICAL_STATUS_PROPERTY);
    printf("entry\t%s\t", path);
    say(icalcomponent_get_uid(part));
    printf("\t%s\t", icalcomponent_kind_to_string(icalcomponent_isa(part)));
    moment(icalcomponent_get_dtstart(part));
    putchar('\t');
    if (icalcomponent_isa(part) == ICAL_VTODO_COMPONENT) moment(icalcomponent_get_due(part));
    else if (icalcomponent_get_first_property(part, ICAL_DTEND_PROPERTY)) moment(icalcomponent_get_dtend(part));
    else printf("-");
    printf("\t%d\t%s\t", icalcomponent_get_sequence(part), status ? icalproperty_get_value_as_string(status) : "-");
    say(icalcomponent_get_summary(part));
    putchar('\n');
}

int main(int count, char **paths) {
    icalerror_set_errors_are_fatal(0);
    for (int place = 1; place < count; place++) {
        const char *path = paths[place];
        char *text = whole(path);
        icalcomponent *calendar = text ? icalparser_parse_string(text) : NULL;
        if (!calendar) {
            printf("error\t%s\tnot read\n", path);
            continue;
        }
        icalrestriction_check(calendar);
        errors(path, calendar);
        icalcomponent *part = icalcomponent_get_first_component(calendar, ICAL_ANY_COMPONENT);
        for (; part; part = icalcomponent_get_next_component(calendar, ICAL_ANY_COMPONENT)) {
            if (icalcomponent_isa(part) != ICAL_VTIMEZONE_COMPONENT) entry(path, part);
        }
        printf("done\t%s\n", path);
        icalcomponent_free(calendar);
        free(text);
    }
    return 0;
}
