package templates

// German is the set of words in German.
func German() *Labels {
	l := &Labels{Lang: "de", Dir: "ltr", Sentences: germanSentences()}
	germanEverywhere(l)
	germanList(l)
	germanRoom(l)
	germanWriting(l)
	germanTalk(l)
	germanLook(l)
	germanWidget(l)
	germanDetails(l)
	germanForms(l)
	germanSigning(l)
	germanSystem(l)
	return l.Ready()
}

func germanEverywhere(l *Labels) {
	l.SkipToMain = "Zur Unterhaltung springen"
	l.SkipToComposer = "Zum Schreiben springen"
	l.You = "Du"
	l.Somebody = "Jemand"
	l.Unnamed = "Noch ohne Namen"
	l.DeletedUser = "Gelöschtes Konto"
	l.Close = "Schließen"
	l.Save = "Speichern"
	l.Back = "Zurück"
	l.TryAgain = "Noch einmal versuchen"
	l.Optional = "freiwillig"
	l.NeedsScript = "Neue Nachrichten erscheinen, wenn du die Seite neu lädst."
	l.Offline = "Du bist offline. Was du schreibst, wartet."
	l.SignedOut = "Du bist abgemeldet."
	l.SignInAgain = "Wieder anmelden"
	l.TimeLayout = "2.1.2006, 15:04"
	l.DayLayout = "2.1."
	l.Account = "Dein Konto"
	l.SignOut = "Abmelden"
	l.SignOutAll = "Überall abmelden"
	l.ListAnd = "{name} und {other}"
	l.ListComma = ", "
	l.ListOthers = one("{n} weitere Person", "{n} weitere Personen")
	l.Notifications = "Hinweise"
	l.Online = "Online"
	l.OnlinePeople = "{n} online"
}

func germanList(l *Labels) {
	l.Chats = "Chats"
	l.NewChat = "Neuer Chat"
	l.NewGroup = "Neue Gruppe"
	l.Search = "Chats durchsuchen"
	l.SearchButton = "Suchen"
	l.NoChats = "Noch keine Unterhaltungen"
	l.NoChatsHint = "Beginne eine mit der E-Mail-Adresse einer Person."
	l.NoMatch = "Kein Chat heißt „{name}“."
	l.ClearSearch = "Alle Chats zeigen"
	l.MoreChats = "Weitere Chats zeigen"
	l.TopOfList = "Zurück zu den neuesten"
	l.PickChat = "Wähle eine Unterhaltung"
	l.PickChatHint = "Oder beginne eine neue."
	l.Muted = "Stumm"
	l.Pinned = "Angeheftet"
	l.Draft = "Entwurf"
	l.NoMessages = "Noch keine Nachrichten"
	l.Unread = one("{n} ungelesene Nachricht", "{n} ungelesene Nachrichten")
	l.Files = one("{n} Datei", "{n} Dateien")
	l.ListFailed = "Deine Chats konnten nicht geladen werden. Prüfe die Verbindung und versuche es noch einmal."
}

func germanRoom(l *Labels) {
	l.AllChats = "Alle Chats"
	l.Details = "Einzelheiten"
	l.MessagesIn = "Nachrichten in {name}"
	l.LoadOlder = "Ältere Nachrichten zeigen"
	l.BeginDirect = "Hier beginnt deine Unterhaltung mit {name}."
	l.BeginGroup = "Hier beginnt „{name}“."
	l.BeginHint = "Sag Hallo."
	l.Members = one("{n} Mitglied", "{n} Mitglieder")
	l.NewMessages = one("{n} neue Nachricht", "{n} neue Nachrichten")
	l.NewLine = "Neue Nachrichten"
	l.Latest = "Zu den neuesten"
	l.Today = "Heute"
	l.Yesterday = "Gestern"
	l.MarkRead = "Als gelesen markieren"
	l.Typing = "schreibt …"
	l.TypingOne = "{name} schreibt …"
	l.TypingTwo = "{name} und {other} schreiben …"
	l.TypingMany = "{n} Personen schreiben …"
	l.Edited = "bearbeitet"
	l.MessageDeleted = "Nachricht gelöscht"
	l.File = "Datei"
	l.MessageActions = "Aktionen zur Nachricht"
	l.Copy = "Text kopieren"
	l.Copied = "Kopiert"
	l.ShowMore = "Mehr zeigen"
	l.ShowLess = "Weniger zeigen"
	l.Said = "{name}: {text}"
	l.RemovedHere = "Du bist nicht mehr in dieser Unterhaltung."
	l.OlderFailed = "Ältere Nachrichten konnten nicht geladen werden. Prüfe die Verbindung und versuche es noch einmal."
}

func germanWriting(l *Labels) {
	l.Sending = "Wird gesendet …"
	l.Sent = "Gesendet"
	l.Read = "Gelesen"
	l.ReadBy = Plural{Other: "Gelesen von {n}"}
	l.Failed = "Nicht gesendet"
	l.Discard = "Verwerfen"
	l.MessageTo = "Nachricht an {name}"
	l.Send = "Senden"
	l.Attach = "Dateien anhängen: bis zu {n}, je {size}"
	l.Left = "Noch {n} Zeichen"
	l.Over = "{n} Zeichen zu viel"
	l.EmptyBody = "Schreib erst etwas."
	l.OfflineWait = "Du bist offline. Das geht hinaus, sobald du zurück bist."
	l.SlowDown = "Das war viel auf einmal. Es geht in {n} Sekunden von selbst hinaus."
	l.SendFailed = "Die Nachricht wurde nicht gesendet. Prüfe die Verbindung und versuche es noch einmal."
}

func germanDetails(l *Labels) {
	l.Info = "Einzelheiten"
	l.Description = "Beschreibung"
	l.People = "Personen"
	l.Media = "Geteilte Dateien"
	l.NoMedia = "Noch wurde nichts geteilt."
	l.Edit = "Gruppe bearbeiten"
	l.Owner = "Inhaber"
	l.Admin = "Admin"
	l.Member = "Mitglied"
	l.ThatIsYou = "du"
	l.Leave = "Gruppe verlassen"
	l.LeaveAsk = "„{name}“ verlassen?"
	l.LeaveHint = "Du bekommst keine Nachrichten mehr daraus. Jemand aus der Gruppe kann dich wieder hinzufügen."
	l.DeleteMine = "Für mich löschen"
	l.DeleteMineAsk = "„{name}“ für dich löschen?"
	l.DeleteMineHint = "Der Chat verschwindet aus deiner Liste, und die Nachrichten bis jetzt sind dir verborgen. Für andere ändert sich nichts."
	l.DeleteMineYes = "Für mich löschen"
	l.DeleteAll = "Für alle löschen"
	l.DeleteAllAsk = "„{name}“ für alle löschen?"
	l.DeleteAllHint = "Die Gruppe und alle ihre Nachrichten sind für jedes Mitglied weg. Das lässt sich nicht rückgängig machen."
	l.DeleteAllYes = "Für alle löschen"
	l.Danger = "Verlassen und löschen"
	l.EditGroup = "Gruppe bearbeiten"
	l.GroupName = "Name der Gruppe"
	l.GroupPicture = "Bild"
	l.PictureHint = "Ein quadratisches Bild sieht am besten aus."
	l.RemovePicture = "Bild entfernen"
	l.AddPeople = "Personen hinzufügen"
	l.Add = "Hinzufügen"
	l.Remove = "Entfernen"
	l.RemoveWho = "{name} entfernen"
	l.RoleOf = "Rolle von {name}"
	l.ChangeRole = "Rolle ändern"
}

func germanForms(l *Labels) {
	l.NewChatHint = "Schreib einer Person. Du brauchst ihre E-Mail-Adresse."
	l.Email = "E-Mail-Adresse"
	l.EmailHint = "name@example.com"
	l.StartChat = "Chat beginnen"
	l.NewGroupHint = "Gib der Gruppe einen Namen und füge Personen hinzu. Weitere können später dazukommen."
	l.MemberEmails = "Personen"
	l.MemberHint = "Je eine E-Mail-Adresse. Lass leer, was du nicht brauchst."
	l.MemberEmail = "E-Mail-Adresse von Person {n}"
	l.AddAnother = "Noch eine hinzufügen"
	l.CreateGroup = "Gruppe erstellen"
	l.RemoveRow = "Diese Person entfernen"
	l.UserFound = "Das ist {name}."
	l.UserMissing = "Niemand hier hat diese Adresse."
	l.NameHint = "Zum Beispiel: Wochenendrunde"
	l.DescriptionHint = "Wofür die Gruppe da ist"
	l.InviteHint = "Prüfe die Schreibweise oder bitte die Person, sich zuerst zu registrieren."
}

func germanSigning(l *Labels) {
	l.SignIn = "Anmelden"
	l.SignInTo = "Bei {name} anmelden"
	l.Identity = "E-Mail oder Benutzername"
	l.Password = "Passwort"
	l.NoAccount = "Neu hier?"
	l.MakeAccount = "Konto erstellen"
	l.MailCode = "Lieber einen Code per E-Mail"
	l.CodeSent = "Falls {name} ein Konto hat, ist ein Code unterwegs."
	l.NewCode = "Neuen Code senden"
	l.Code = "Code"
	l.CodeHint = "Aus der E-Mail, die wir dir geschickt haben"
	l.Confirm = "Bestätigen"
	l.MfaTitle = "Noch ein Schritt"
	l.MfaHint = "Dein Konto verlangt einen zweiten Nachweis, dass du es bist."
	l.StartOver = "Von vorn beginnen"
	l.SignUp = "Registrieren"
	l.SignUpTo = "Bei {name} mitmachen"
	l.YourName = "Dein Name"
	l.PasswordAgain = "Passwort noch einmal"
	l.PasswordHint = "Mindestens 8 Zeichen."
	l.HaveAccount = "Schon ein Konto?"
}

func germanSystem(l *Labels) {
	l.SystemCreated = "{name} hat die Gruppe „{room}“ erstellt"
	l.SystemCreatedPlain = "{name} hat die Gruppe erstellt"
	l.SystemRenamed = "{name} hat die Gruppe in „{room}“ umbenannt"
	l.SystemRenamedPlain = "{name} hat die Gruppe umbenannt"
	l.SystemDescribed = "{name} hat die Beschreibung geändert"
	l.SystemPictured = "{name} hat das Bild geändert"
	l.SystemJoined = "{name} ist beigetreten"
	l.SystemLeft = "{name} hat die Gruppe verlassen"
	l.SystemAdded = "{name} hat {others} hinzugefügt"
	l.SystemRemoved = "{name} hat {others} entfernt"
	l.SystemOwner = "{name} hat {others} zum Inhaber gemacht"
	l.SystemAdmin = "{name} hat {others} zum Admin gemacht"
	l.SystemMember = "{name} hat {others} zum Mitglied gemacht"
	l.SystemWasCreated = "Die Gruppe „{room}“ wurde erstellt"
	l.SystemWasCreatedPlain = "Die Gruppe wurde erstellt"
	l.SystemWasRenamed = "Die Gruppe wurde in „{room}“ umbenannt"
	l.SystemWasRenamedPlain = "Die Gruppe wurde umbenannt"
	l.SystemWasDescribed = "Die Beschreibung wurde geändert"
	l.SystemWasPictured = "Das Bild wurde geändert"
	l.SystemWasAdded = "Hinzugefügt: {others}"
	l.SystemWasRemoved = "Entfernt: {others}"
	l.SystemIsOwner = "Jetzt Inhaber: {others}"
	l.SystemIsAdmin = "Jetzt Admin: {others}"
	l.SystemIsMember = "Jetzt Mitglied: {others}"
}
