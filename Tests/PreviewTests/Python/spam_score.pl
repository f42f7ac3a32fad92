# Scores messages with SpamAssassin's local rules: no network, no learning, no daemon, no state but in a folder given.
#
# Usage: spam_score.pl ROOT STATE FILE...  ROOT is where Debian's package is unpacked.
# Prints a line for each file: the score, a tab, the rules that matched and what each counts.

use strict;
use warnings;
use Mail::SpamAssassin;

my ($root, $state, @files) = @ARGV;
my $judge = Mail::SpamAssassin->new({
    rules_filename => "$root/usr/share/spamassassin",
    site_rules_filename => "$root/etc/spamassassin",
    DEF_RULES_DIR => "$root/usr/share/spamassassin",
    LOCAL_RULES_DIR => "$root/etc/spamassassin",
    LOCAL_STATE_DIR => $state,
    userprefs_filename => '/dev/null',
    userstate_dir => $state,
    home_dir_for_helpers => $state,
    local_tests_only => 1,
    dont_copy_prefs => 1,
    post_config_text => "use_bayes 0\nskip_rbl_checks 1\n",
});
$judge->init(0);

for my $file (@files) {
    open my $handle, '<:raw', $file or die "$file: $!\n";
    my $message = $judge->parse(do { local $/; <$handle> });
    my $status = $judge->check($message);
    my @rules = map { "$_=" . ($status->{conf}{scores}{$_} // 1) } sort split /,/, $status->get_names_of_tests_hit;
    printf "%.1f\t%s\n", $status->get_score, join ' ', @rules;
    $status->finish;
    $message->finish;
}
